"""The way of a user's own network through the command line: add, list, calibrate, render, remove."""

import json

import pytest

from backend.app import PICTURES
from cli.__main__ import main
from contract.store import Store
from tests.cli import tiny
from tests.fakes import result, spec


@pytest.fixture
def run(tmp_path, capsys):
    """Runs a command with its own data folder; status, what it printed, what it complained of."""

    def command(*words):
        status = main([*words, "--data", str(tmp_path / "data")])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


@pytest.fixture
def net(tmp_path):
    path = tmp_path / "tiny.py"
    path.write_text(tiny.NET)
    return path


@pytest.fixture
def films(tmp_path):
    return tiny.films(tmp_path / "films", ("wave", "clap", "swim"), brightness=range(0, 250, 25))


def ready(listed):
    """Names of the models that can be looked at; known ones without weights are listed, too."""
    models = json.loads(listed)
    assert {model["state"] for model in models} == {"ready", "weights missing"}
    return [model["name"] for model in models if model["state"] == "ready"]


def test_check_tells_all_of_a_file_and_registers_nothing(run, net):
    status, out, _ = run("check", str(net.parent))  # the only Python file of a folder
    assert status == 0
    assert f"{net} can be used: 338 parameters, 2 layers, input clip 4x16x16, classes: 2 at layer 3." in out
    assert any(
        line.split() == ["0", "conv", "4", "4x16x16", "1", "3", "3", "clip", "yes", "*"] for line in out.splitlines()
    )
    assert "Note: Stream 'clip' states no mean and std" in out
    assert ready(run("list", "--json")[1]) == ["demo"]
    net.write_text(net.read_text().replace("nn.Conv3d(3,", "nn.Conv3d(5,"))
    status, _, err = run("check", str(net))
    assert (status, "does not run on the inputs that its card states" in err) == (1, True)


def test_from_file_to_pictures(run, net, films, tmp_path):
    status, out, _ = run("add", str(net))
    assert status == 0
    assert "2 layers" in out
    assert "Not calibrated" in out

    status, out, _ = run("list", "--json")
    assert ready(out) == ["demo", "tiny"]

    status, out, err = run("calibrate", "tiny", str(films))
    assert status == 0
    assert "Calibrated on 3 clips from films/" in out
    assert "of 2 clips with a class of the model" in out
    assert "broken.mp4" in err

    pictures = tmp_path / "pictures"
    status, out, _ = run("render", "tiny", "3", "0", "1", "--steps", "3", "--chi", "0", "--out", str(pictures))
    assert status == 0
    results = sorted(pictures.rglob("result.json"))
    assert [json.loads(r.read_text())["spec"]["unit"] for r in results] == [0, 1]
    assert json.loads(results[0].read_text())["calibration"] == "3 clips from films/"
    assert (results[0].parent / "clip.webp").stat().st_size > 0

    assert run("remove", "tiny")[0] == 0
    assert ready(run("list", "--json")[1]) == ["demo"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["render", "dmo", "fc6", "0", "--out", "x"], "Did you mean demo"),
        (["render", "demo", "conv5_fusio", "0", "--out", "x"], "Did you mean conv5_fusion"),
        (["render", "demo", "conv5_fusion", "9999", "--out", "x"], "numbered 0 to"),
        (["render", "demo", "fc6", "0", "--chi", "-1", "--out", "x"], "chi"),
        (["render", "demo", "fc6", "0", "--chi", "nan", "--out", "x"], "chi"),
        (["remove", "demo"], "not an added model"),
        (["calibrate", "demo", "nowhere"], "not a folder with video files"),
        (["add", "nowhere.py"], "no file"),
        (["check", "dmo"], "Did you mean demo"),
    ],
)
def test_mistakes_are_answered_in_words(run, words, complaint):
    status, _, err = run(*words)
    assert status == 1
    assert complaint in err


def test_the_list_says_how_many_units_have_pictures(run, tmp_path):
    card = next(model for model in json.loads(run("list", "--json")[1]) if model["name"] == "demo")
    units = sum(layer["units"] for layer in card["layers"])
    dead = sum(map(len, card["dead"].values()))
    assert card["pictures"] == {"units": units, "pictured": 0, "complete": 0, "dead": dead}
    slow = spec(1, layer="classes").model_copy(update={"model": "demo", "fingerprint": card["fingerprint"]})
    Store(None, tmp_path / "data" / PICTURES).keep(result(slow), {})
    said = next(line for line in run("list")[1].splitlines() if line.startswith("demo"))
    assert f" 10 classes  1 of {units - dead:,} units with pictures, 0 in all variants, " in said
