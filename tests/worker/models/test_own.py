"""Users' own files: what works, and what each mistake is answered with."""

import textwrap

import pytest

from contract.errors import ModelProblem
from worker.models import own

GOOD = """
    import torch
    from torch import nn
    def build():
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv3d(3, 4, 3, padding=1), nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(4, 2))
    CARD = {"streams": [{"name": "clip", "kind": "clip", "frames": 4, "height": 8, "width": 8}],
            "classes": ["wave", "clap"]}
"""


@pytest.fixture
def write(tmp_path):
    def file(text, name="net.py"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text))
        return path

    return file


def test_a_file_becomes_a_model_that_is_listed_and_loaded(write, tmp_path):
    added = own.add("mine", write(GOOD), data=tmp_path / "data")
    assert own.names(tmp_path / "data") == ["mine"]
    loaded = own.load("mine", data=tmp_path / "data")
    assert loaded.card == added.card
    assert [layer.path for layer in loaded.card.layers] == ["0", "3"]
    assert loaded.card.classes == ("wave", "clap")
    assert loaded.card.calibration == ""
    own.remove("mine", data=tmp_path / "data")
    assert own.names(tmp_path / "data") == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (("def build", "def make"), "no function build"),
        (("return nn", "return 3 #"), "returned a int"),
        (("def build():", "def build():\n        raise RuntimeError('no weights')"), "no weights"),
        (("CARD", "CARDS"), "no dictionary CARD"),
        (('"kind": "clip"', '"kind": "film"'), "film"),
        (('"frames": 4,', '"frames": 0,'), "frames"),
        (('["wave", "clap"]', '["wave"]'), "1 class names"),
        (('["wave", "clap"]', '"labels.txt"'), "labels.txt"),
        (("import nn", "import nonsense"), "cannot be run"),
        (("nn.Conv3d(3,", "nn.Conv3d(5,"), "does not run"),
    ],
)
def test_mistakes_are_named(write, tmp_path, change, word):
    with pytest.raises(ModelProblem, match=word):
        own.add("mine", write(GOOD.replace(*change)), data=tmp_path)
    assert own.names(tmp_path) == []


def test_a_bad_or_taken_name_is_refused(write, tmp_path):
    with pytest.raises(ModelProblem, match="small letters"):
        own.add("../up", write(GOOD), data=tmp_path)
    with pytest.raises(ModelProblem, match="comes with the product"):
        own.add("demo", write(GOOD), data=tmp_path, reserved=["demo"])
    with pytest.raises(ModelProblem, match="no file"):
        own.add("mine", tmp_path / "nowhere.py", data=tmp_path)


def test_changed_weights_are_another_model(write, tmp_path):
    first = own.add("mine", write(GOOD), data=tmp_path)
    second = own.add("mine", write(GOOD.replace("seed(0)", "seed(1)")), data=tmp_path)
    assert first.card.fingerprint != second.card.fingerprint
