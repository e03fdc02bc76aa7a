import json
import re

import pytest

from cli import pyramid
from cli.__main__ import main
from contract.pyramid import Pyramid
from tests.worker.pyramids.networks import Chain, card_of, clip
from worker.models import registry
from worker.models.model import Model
from worker.pyramids import relevance


@pytest.fixture
def net(monkeypatch):
    """A chain of three convolutions in the place of every model, and one clip for it."""
    module = Chain().eval().requires_grad_(False)
    card = card_of(module, {"conv0": 6, "conv1": 8, "conv2": 5, "head": 4})
    monkeypatch.setattr(registry, "load", lambda name, data: Model(card, module))

    class Entry:
        id, name, label, split = "0123", "clip.mp4", None, ""

        def read(self, speed):
            return clip()

    monkeypatch.setattr(pyramid, "_clip", lambda args, card: Entry())
    return card


@pytest.mark.usefixtures("net")
def test_a_pyramid_is_printed_and_written(tmp_path, capsys):
    file = tmp_path / "p.json"
    assert main(["pyramid", "net", "clip.mp4", "--label", "1", "--rival", "class 2", "--json", str(file)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("class 1 against class 2 on clip.mp4: ")
    assert said.count("all of it passes the row above") == 3
    made = Pyramid.model_validate(json.loads(file.read_text()))
    assert (made.label, made.rival, [row.layers for row in made.rows]) == (1, 2, [("conv2",), ("conv1",), ("conv0",)])


@pytest.mark.usefixtures("net")
def test_a_page_of_it_is_written_that_needs_no_server(tmp_path, monkeypatch):
    file, passage, runs = tmp_path / "p.html", relevance.passage, []
    monkeypatch.setattr(relevance, "passage", lambda *given, **more: runs.append(given) or passage(*given, **more))
    assert main(["pyramid", "net", "clip.mp4", "--html", str(file), "--data", str(tmp_path), "--units", "3"]) == 0
    assert len(runs) == 1
    (raw,) = re.findall(r'id="given">(.*?)</script>', file.read_text())
    given = json.loads(raw)
    assert Pyramid.model_validate(given["pyramid"]).trust is not None
    assert given["clip"]["name"] == "clip.mp4"
    assert set(given["media"]) == {"0123/clip.webp", "0123/clip-poster.webp"}
    assert given["tubes"]


@pytest.mark.usefixtures("net")
def test_rows_and_units_can_be_chosen(tmp_path):
    file = tmp_path / "p.json"
    main(["pyramid", "net", "clip.mp4", "--rows", "conv2,conv0", "--units", "2", "--json", str(file)])
    rows = json.loads(file.read_text())["rows"]
    assert [row["layers"] for row in rows] == [["conv2"], ["conv0"]]
    assert all(len(row["nodes"]) == 3 for row in rows)


@pytest.mark.usefixtures("net")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--label", "clas 1"], "Did you mean class 1"),
        (["--rival", "9"], "no class '9'"),
        (["--rows", "conv7"], "conv7"),
        (["--rows", "conv2,head"], "rows begin below it"),
        (["--label", "2", "--rival", "class 2"], "cannot be its own rival"),
        (["--units", "65"], "--units 65: Input should be less than or equal to 64"),
        (["--rows", ",".join(["conv1"] * 13)], "--rows"),
    ],
)
def test_mistakes_are_answered_in_words(arguments, words, capsys):
    assert main(["pyramid", "net", "clip.mp4", *arguments]) == 1
    assert words in capsys.readouterr().err


def test_only_the_demo_draws_its_clip(capsys):
    assert main(["pyramid", "demo", "--rows", "fc7", "--units", "3", "--drawn", "2"]) == 0
    assert "on easy" in capsys.readouterr().out
