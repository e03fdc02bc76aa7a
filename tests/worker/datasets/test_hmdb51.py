import pytest

from contract.errors import ClipProblem
from worker.datasets.annotation import Options
from worker.datasets.hmdb51 import SPLITS, read, recognizes


@pytest.fixture
def splits(tmp_path):
    (tmp_path / "brush_hair_test_split1.txt").write_text("a.avi 1 \nb b.avi 2 \nc.avi 0 \n")
    (tmp_path / "wave_test_split1.txt").write_text("d.avi 1\n")
    (tmp_path / "wave_test_split2.txt").write_text("d.avi 2\n")
    return tmp_path


def test_a_split_is_gathered_from_the_files_of_its_classes(splits):
    assert recognizes(splits, "")
    train = read(splits, Options(split="train 1"))
    assert [(each.cuts[0].stem, each.label) for each in train] == [("a", "brush_hair"), ("d", "wave")]
    test = read(splits, Options(split="test 1"))
    assert [(each.cuts[0].stem, each.label) for each in test] == [("b b", "brush_hair")]
    assert len(SPLITS) == 6


def test_the_split_must_be_said(splits):
    with pytest.raises(ClipProblem, match=r"no split is chosen.*train 1, test 1, train 2"):
        read(splits, Options())
    with pytest.raises(ClipProblem, match="split 'test4' is not known"):
        read(splits, Options(split="test4"))


def test_a_line_of_another_kind_is_named(splits):
    (splits / "wave_test_split1.txt").write_text("d.avi 1\ne.avi 3\n")
    with pytest.raises(ClipProblem, match=r"wave_test_split1\.txt, line 2: 'e\.avi 3'.* 0, 1 \(train\) or 2 \(test\)"):
        read(splits, Options(split="train 1"))
