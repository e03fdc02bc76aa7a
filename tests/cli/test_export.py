import json
from pathlib import Path

import pytest
from redis import Redis

from cli import valkey
from cli.__main__ import main
from cli.run import locked
from contract.connection import connect
from contract.shelf import Shelf
from tests.backend.atlas import filled
from tests.conftest import running


@pytest.fixture
def data(tmp_path: Path, runtime: Path) -> Path:
    """A data folder whose queue knows the model, as a server leaves it."""
    folder, socket = tmp_path / "data", runtime / "left.sock"
    filled.fill(folder, [filled.spec("fc7", 3)])
    with running(valkey.queue_server(socket=socket, folder=folder / "queue"), socket) as url:
        Shelf(connect(url)).publish(filled.CARD)
    socket.unlink()
    return folder


def test_a_data_folder_becomes_an_atlas(data: Path, tmp_path: Path, capsys, monkeypatch):
    monkeypatch.setenv("KINETOSCOPE_DEMO_CARD", str(tmp_path / "none.json"))
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*")}
    out = tmp_path / "out" / "atlas"
    assert main(["export", "atlas", str(out), "--data", str(data)]) == 0
    assert "demo: 1 unit of 1 layer, 1 picture, 0 pyramids" in capsys.readouterr().out
    assert json.loads((out / "atlas.json").read_text())["models"]["demo"]["layers"] == {"fc7": [3]}
    assert {path: path.stat().st_mtime_ns for path in data.rglob("*")} == before
    assert list(out.parent.iterdir()) == [out]  # no draft is left
    assert main(["export", "atlas", str(out), "--data", str(data)]) == 1
    assert "is there already" in capsys.readouterr().err


def test_models_are_chosen_by_name(data: Path, tmp_path: Path, capsys):
    assert main(["export", "atlas", str(tmp_path / "a"), "--data", str(data), "--models", "dmeo"]) == 1
    assert "Did you mean demo?" in capsys.readouterr().err
    assert main(["export", "atlas", str(tmp_path / "a"), "--data", str(data), "--models", "demo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["models"][0]["counts"]["visualizations"] in (0, 1)


def test_nothing_computed_is_said(tmp_path: Path, capsys):
    assert main(["export", "atlas", str(tmp_path / "a"), "--data", str(tmp_path / "empty")]) == 1
    assert "Nothing is computed" in capsys.readouterr().err
    assert not (tmp_path / "a").exists()


def test_a_server_that_others_run_is_asked_for_its_models_and_not_touched(
    data: Path, tmp_path: Path, queue_url: str, queue_server: Redis, monkeypatch
):
    monkeypatch.setenv("REDIS_URL", queue_url)
    Shelf(queue_server).publish(filled.CARD)
    before = sorted(queue_server.keys())
    assert main(["export", "atlas", str(tmp_path / "a"), "--data", str(data)]) == 0
    assert sorted(queue_server.keys()) == before


def test_what_was_exported_is_read_back(data: Path, tmp_path: Path, capsys):
    out, other = tmp_path / "atlas", tmp_path / "other"
    assert main(["export", "atlas", str(out), "--data", str(data), "--models", "demo"]) == 0
    assert main(["import", "atlas", str(out), "--data", str(other)]) == 0
    assert "demo: " in capsys.readouterr().out
    assert (other / "given" / "demo.json").is_file()
    with locked(other):
        assert main(["import", "atlas", str(out), "--data", str(other)]) == 1
    assert "Another kinetoscope uses" in capsys.readouterr().err
    next((out / "js").glob("*.js")).write_text("spoilt")
    assert main(["import", "atlas", str(out), "--data", str(other)]) == 1
    assert "is damaged" in capsys.readouterr().err
    assert main(["import", "atlas", str(tmp_path / "nothing"), "--data", str(other)]) == 1
    assert "is no atlas" in capsys.readouterr().err
