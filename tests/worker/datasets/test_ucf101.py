import pytest

from contract.errors import ClipProblem
from worker.datasets import reader
from worker.datasets.annotation import Options
from worker.datasets.ucf101 import read, recognizes

TRAIN = "ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01.avi 1\nArchery/v_Archery_g08_c02.avi 3\n"
TEST = "ApplyEyeMakeup/v_ApplyEyeMakeup_g01_c01.avi\n"


@pytest.mark.parametrize(("text", "labels"), [(TRAIN, ["ApplyEyeMakeup", "Archery"]), (TEST, ["ApplyEyeMakeup"])])
def test_train_and_test_lists(tmp_path, text, labels):
    file = tmp_path / "trainlist01.txt"
    file.write_text(text)
    assert recognizes(file, text.splitlines()[0])
    found = read(file, Options())
    assert [each.label for each in found] == labels
    assert found[0].cuts[0].stem.startswith("v_ApplyEyeMakeup_g0")


def test_a_line_of_another_kind_is_named(tmp_path):
    file = tmp_path / "trainlist01.txt"
    file.write_text(TRAIN + "v_Archery_g08_c02\n")
    with pytest.raises(ClipProblem, match=r"trainlist01\.txt, line 3: 'v_Archery_g08_c02' is not allowed.*CLASS/FILE"):
        reader.find(file, cache=tmp_path)
