import pytest

from contract.errors import ClipProblem
from tests.worker.datasets.films import film
from worker.datasets import reader

FIRST = "OP01-R01-PastaSalad-1002-1500-F024051-F024101"
SECOND = "OP02-R03-BaconAndEggs-500-1500-F000015-F000045"


@pytest.fixture
def split(tmp_path):
    (tmp_path / "action_idx.txt").write_text("Take bowl 1\nClose fridge 2\n")
    (tmp_path / "verb_idx.txt").write_text("Take 1\nClose 2\n")
    film(tmp_path / "cropped_clips" / "OP01-R01-PastaSalad" / f"{FIRST}.mkv")
    film(tmp_path / "whole" / "OP02-R03-BaconAndEggs.mkv", count=21)
    file = tmp_path / "train_split1.txt"
    file.write_text(f"{FIRST} 2 2 1\n{SECOND} 1 1 1\n")
    return file


def test_clips_have_files_of_their_own_or_lie_in_whole_videos(split):
    found = reader.find(split, cache=split.parent / "flow")
    assert [(clip.label, clip.start, clip.end) for clip in found.clips] == [
        ("Close fridge", 0, None),
        ("Take bowl", 0.5, 1.5),
    ]


def test_the_class_may_be_the_verb(split):
    described = split.parent / "verbs.toml"
    described.write_text('annotations = "train_split1.txt"\nlabel = "verb"\n')
    assert [clip.label for clip in reader.find(described, cache=split.parent).clips] == ["Close", "Take"]
    described.write_text('annotations = "train_split1.txt"\nlabel = "noun"\n')
    with pytest.raises(ClipProblem, match=r"noun_idx\.txt cannot be read"):
        reader.find(described, cache=split.parent)


def test_a_number_without_a_name_is_named(split):
    split.write_text(f"{FIRST} 2 2 1\n{SECOND} 7 1 1\n")
    with pytest.raises(
        ClipProblem, match=r"train_split1\.txt, line 2: '7' is not allowed here; numbers of actions are 1, 2"
    ):
        reader.find(split, cache=split.parent)
