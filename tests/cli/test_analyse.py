import io
import textwrap

import av
import numpy as np
import pytest
from tqdm import tqdm

import cli.analyse
from cli.__main__ import main
from cli.analyse import Bar
from contract.archive import FOLDER, Archive

NET = """
    import torch
    from torch import nn
    def build():
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv3d(3, 4, 3, padding=1), nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(4, 2))
    CARD = {"title": "Tiny", "streams": [{"name": "clip", "kind": "clip", "frames": 4, "height": 16, "width": 16}],
            "classes": ["wave", "clap"]}
"""


@pytest.fixture
def films(tmp_path):
    for label in ("wave", "clap"):
        path = tmp_path / "films" / label / "a.mkv"
        path.parent.mkdir(parents=True)
        with av.open(str(path), "w") as container:
            stream = container.add_stream("ffv1", rate=25)
            stream.width, stream.height, stream.pix_fmt = 32, 32, "bgr0"
            for value in range(0, 250, 10):
                frame = np.full((32, 32, 3), value, np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
            container.mux(stream.encode())
    (tmp_path / "films" / "broken.mp4").write_bytes(b"no film")
    return tmp_path / "films"


def test_a_users_network_over_a_users_films(films, tmp_path, capsys):
    data = tmp_path / "data"
    (tmp_path / "tiny.py").write_text(textwrap.dedent(NET))
    assert main(["add", str(tmp_path / "tiny.py"), "--data", str(data)]) == 0
    for _ in range(2):
        assert main(["analyse", "tiny", str(films), "--data", str(data)]) == 0
        captured = capsys.readouterr()
        assert "2 clips: films" in captured.out
        assert "of 2 with a class of the model" in captured.out
        assert "fewer than five clips per class" in captured.out
        assert "left out: broken.mp4" in captured.err
    (folder,) = (data / FOLDER).iterdir()
    overview = Archive(data, folder.name).overview()
    assert overview is not None
    assert (overview.total, overview.present) == (2, (0, 1))


def test_the_demo_has_clips_of_its_own(tmp_path, capsys):
    assert main(["analyse", "demo", "--drawn", "2", "--data", str(tmp_path)]) == 0
    assert "4 clips: drawn clips, easy and hard" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["dmo"], "Did you mean demo"),
        (["demo", "nowhere"], "not a folder with video files"),
    ],
)
def test_mistakes_are_answered_in_words(words, complaint, tmp_path, capsys):
    assert main(["analyse", *words, "--data", str(tmp_path)]) == 1
    assert complaint in capsys.readouterr().err


def test_other_models_need_a_folder(tmp_path, capsys):
    (tmp_path / "tiny.py").write_text(textwrap.dedent(NET))
    main(["add", str(tmp_path / "tiny.py"), "--data", str(tmp_path)])
    assert main(["analyse", "tiny", "--data", str(tmp_path)]) == 1
    assert "Name a folder of clips" in capsys.readouterr().err


def test_a_bar_follows_what_is_done(monkeypatch):
    monkeypatch.setattr(cli.analyse, "tqdm", lambda **how: tqdm(**{**how, "disable": False, "file": io.StringIO()}))
    bar = Bar()
    for done in (3, 5):
        bar.show("clips", done, 10)
    bar.close()
    assert "5/10" in str(bar._bar)
    bar.show("layers", 1, 4)
    assert "1/4" in str(bar._bar)
    bar.close()
