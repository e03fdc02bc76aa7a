import pytest

from contract.errors import ClipProblem
from tests.worker.datasets.films import film
from worker.datasets.footage import Clip, Footage, normal_label, plain


def test_folders_and_ucf_names_give_labels(tmp_path):
    film(tmp_path / "wave" / "a.mkv")
    film(tmp_path / "v_PlayingCello_g01_c02.mkv")
    assert [c.label for c in plain(tmp_path)] == ["PlayingCello", "wave"]
    assert normal_label("PlayingCello") == normal_label("playing cello")


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(ClipProblem, match="not a folder with video files"):
        plain(tmp_path)


def test_videos_of_one_name_are_told_apart_by_the_folder_of_their_class(tmp_path):
    for folder in ("brush_hair", "wave"):
        film(tmp_path / folder / "same.mkv")
    known = Footage(tmp_path)
    assert known.find("same", "wave") == tmp_path / "wave" / "same.mkv"
    assert known.find("same", None) == tmp_path / "brush_hair" / "same.mkv"
    assert known.find("other", "wave") is None


def test_a_part_is_told_from_the_whole(tmp_path):
    assert Clip(tmp_path, None).name == str(tmp_path)
    assert Clip(tmp_path, None, 1.5, 3.0).name == f"{tmp_path} 1.5-3 s"
