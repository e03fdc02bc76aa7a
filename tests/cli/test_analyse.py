import pytest

from cli.__main__ import main
from contract.archive import FOLDER, Archive
from tests.cli import tiny


@pytest.fixture
def films(tmp_path):
    return tiny.films(tmp_path / "films", ("wave", "clap"), brightness=range(0, 250, 10))


def test_a_users_network_over_a_users_films(films, tmp_path, capsys):
    data = tmp_path / "data"
    (tmp_path / "tiny.py").write_text(tiny.NET)
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
    (tmp_path / "tiny.py").write_text(tiny.NET)
    main(["add", str(tmp_path / "tiny.py"), "--data", str(tmp_path)])
    assert main(["analyse", "tiny", "--data", str(tmp_path)]) == 1
    assert "Name a folder of clips" in capsys.readouterr().err
