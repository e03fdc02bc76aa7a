"""From films on the disk to a network that the dashboard offers, with networks of a few thousand weights."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file

from cli import train_fusion
from cli.__main__ import main
from tests.worker.datasets.films import film
from worker.models import two_stream, weights, zoo
from worker.models.origin import Origin
from worker.models.two_stream import Size, TwoStreamFusion

TINY = Size(appearance=((2,),) * 5, motion=((2,),) * 5, fusion=2, fc=3, side=32, fc_kernel=1)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A data folder with two imported streams."""
    monkeypatch.setitem(two_stream.SIZES, "vgg16", TINY)
    known = zoo.KNOWN["fusion_vgg16"]
    sheet = known.sheet()
    small = [stream.model_copy(update={"height": 32, "width": 32}) for stream in sheet.streams]
    sheet = sheet.model_copy(update={"streams": tuple(small)})
    monkeypatch.setitem(zoo.KNOWN, "fusion_vgg16", replace(known, sheet=lambda: sheet))
    torch.manual_seed(0)
    state = TwoStreamFusion(TINY, 2).state_dict()
    folder = tmp_path / "data" / "weights"
    folder.mkdir(parents=True)
    streams = {name: value.contiguous() for name, value in state.items() if name.startswith(("appearance", "motion"))}
    save_file(streams, folder / "two_stream_vgg16.safetensors")
    record = weights.Record(kind="imported", source="a.mat and b.mat", sha256="12ab")
    (folder / "two_stream_vgg16.json").write_text(record.model_dump_json())
    return tmp_path / "data"


@pytest.fixture
def films(tmp_path):
    for number in range(10):
        film(tmp_path / "films" / ("left" if number % 2 else "right") / f"{number}.mkv", step=(-1) ** number)
    return tmp_path / "films"


def train(films, data, *more):
    command = ["train-fusion", str(films), "--data", str(data), "--batch", "4", "--epochs", "2", "--device", "cpu"]
    return main([*command, *more])


def test_an_interrupted_training_ends_with_the_same_network_which_is_then_offered(data, films, monkeypatch, capsys):
    assert train(films, data) == 0
    assert "fusion_vgg16 is ready: trained here on films: 9 clips" in capsys.readouterr().out
    whole = weights.tensors("fusion_vgg16", data)
    weights.forget("fusion_vgg16", data=data)

    from worker.training.resumption import Kept

    save = Kept.save

    def killed(kept, run):
        save(kept, run)
        if run.step == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(train_fusion, "EVERY", 1)
    monkeypatch.setattr(Kept, "save", killed)
    assert train(films, data) == 130
    assert weights.record("fusion_vgg16", data) is None
    monkeypatch.setattr(Kept, "save", save)
    assert train(films, data, "--rate", "1e-3") == 1
    assert "other clips, weights or options" in capsys.readouterr().err
    assert train(films, data) == 0
    assert "Going on after 3 steps" in capsys.readouterr().out
    again = weights.tensors("fusion_vgg16", data)
    assert all(torch.equal(value, again[name]) for name, value in whole.items())
    assert not (data / "training" / "fusion_vgg16.pt").exists()
    module, sheet = Origin(kind="known", place="fusion_vgg16").build(data)
    assert torch.equal(module.state_dict()["fc6.weight"], whole["fc6.weight"])
    assert sheet.classes == ("left", "right")
    assert sheet.weights == "trained here on films: 9 clips, on the streams of a.mat and b.mat"
    assert list(sheet.accuracy) == ["acc@1, 1 held-out clips"]


def test_without_streams_it_says_how_to_get_them(tmp_path, films, capsys):
    assert train(films, tmp_path / "empty") == 1
    assert "import two_stream_vgg16 APPEARANCE_FILE MOTION_FILE" in capsys.readouterr().err


def test_clips_without_classes_are_refused(data, tmp_path, capsys):
    film(tmp_path / "flat" / "a.mkv")
    assert train(tmp_path / "flat", data) == 1
    assert "Clips of 0 classes () teach nothing" in capsys.readouterr().err
