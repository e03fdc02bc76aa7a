from __future__ import annotations

import ast
from pathlib import Path

import httpx
import pytest
from kinetoscope import calls

PLACE = Path(__file__).parents[2] / "client" / "kinetoscope"


def test_names_become_parts_of_a_path_and_nothing_becomes_two() -> None:
    call = calls.unit("a/b", "motion.conv 1", 3, seed=None, chi=2.5)
    assert call.path == "/models/a%2Fb/layers/motion.conv%201/units/3"
    assert call.request() == {"method": "GET", "url": call.path, "params": {"chi": 2.5}}


def test_a_film_goes_as_it_is_and_a_request_as_json() -> None:
    film = calls.bring("a.mp4", b"film").request()
    assert (film["content"], film["params"]) == (b"film", {"name": "a.mp4"})
    assert calls.visualize("m", "l", (1, 2), None, {"chi": 1}).request()["json"] == {
        "model": "m",
        "layer": "l",
        "units": [1, 2],
        "parameters": {"chi": 1},
    }
    assert "rival" not in calls.pyramid("m", {"clip": "c", "rival": None}).request()["json"]


def test_a_list_is_read_item_by_item() -> None:
    answer = httpx.Response(200, json={"items": [{"name": "m", "title": "M", "fingerprint": "f"}], "total": 1})
    assert [model.title for model in calls.models().read(answer)] == ["M"]


@pytest.mark.parametrize("file", sorted(PLACE.glob("*.py")), ids=lambda path: path.name)
def test_the_client_needs_nothing_but_httpx(file: Path) -> None:
    import sys

    tree = ast.parse(file.read_text())
    used = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    used |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in used} <= {*sys.stdlib_module_names, "httpx", "kinetoscope"}
