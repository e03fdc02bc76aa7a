import pytest
import torch
from torch import nn

from contract.catalogue import Stream
from contract.errors import ModelProblem
from worker.models import keys, tuned
from worker.models.families.late_fusion import LateFusion
from worker.models.sheet import Sheet

CLIP = Stream(name="clip", kind="clip", frames=4, height=8, width=8)
SHEET = Sheet(title="Net on Things", streams=(CLIP,), classes=tuple("abcdef"), accuracy={"acc@1": 0.9})


def network(classes, *, convolutional=False):
    torch.manual_seed(classes)
    head = nn.Conv3d(4, classes, 1) if convolutional else nn.Linear(4, classes)
    return nn.Sequential(
        nn.Conv3d(3, 4, 1), nn.AdaptiveAvgPool3d(1), nn.Identity() if convolutional else nn.Flatten(), head
    )


@pytest.mark.parametrize("convolutional", [False, True])
def test_a_class_layer_of_another_size_is_found_and_filled(convolutional):
    theirs, ours = network(2, convolutional=convolutional), network(6, convolutional=convolutional)
    fitted = keys.fit(theirs.state_dict(), ours.state_dict(), classes=6)
    tuning = tuned.find(fitted, ours.state_dict(), SHEET, ("yes", "no"))
    assert (tuning.layers, tuning.units, tuning.classes) == (("3",), 2, ("yes", "no"))
    tuned.resize(ours, tuning)
    ours.load_state_dict(fitted)
    clip = torch.randn(1, 3, 4, 8, 8)
    assert torch.equal(ours(clip), theirs(clip))
    assert repr(ours) == repr(theirs)
    stated = tuned.restate(SHEET, tuning, "Net")
    assert (stated.title, stated.classes, stated.accuracy) == ("Net (fine-tuned, 2 classes)", ("yes", "no"), {})


def test_as_many_classes_are_the_published_ones_unless_they_are_named():
    published = network(6).state_dict()
    assert tuned.find(published, published, SHEET, ()) is None
    assert tuned.find(published, published, SHEET, tuple("abcdef")) is None
    tuning = tuned.find(published, published, SHEET, tuple("uvwxyz"))
    assert (tuning.layers, tuning.classes) == ((), tuple("uvwxyz"))
    module = network(6)
    tuned.resize(module, tuning)
    assert module[3].weight.any()


def test_what_is_no_head_and_names_that_do_not_fit_are_refused():
    ours = network(6).state_dict()
    wide = {**ours, "0.weight": torch.zeros(5, 3, 1, 1, 1)}
    with pytest.raises(ModelProblem, match=r"0.weight has shape \(5, 3, 1, 1, 1\)"):
        keys.fit(wide, ours, classes=6)
    with pytest.raises(ModelProblem, match=r"3.weight has shape \(2, 4\)"):
        keys.fit(network(2).state_dict(), ours)
    with pytest.raises(ModelProblem, match=r"3 class names are given.*2 units"):
        tuned.find(network(2).state_dict(), ours, SHEET, ("a", "b", "c"))
    other = {**ours, "9.weight": torch.zeros(7)}
    with pytest.raises(ModelProblem, match="the layers 3, 9 have other sizes"):
        tuned.find({**network(2).state_dict(), "9.weight": torch.zeros(8)}, other, SHEET, ())


def test_both_streams_and_their_mean_get_the_classes():
    def pair(classes):
        torch.manual_seed(classes)
        return LateFusion(nn.Linear(3, classes), nn.Linear(2, classes), classes)

    theirs, ours = pair(2), pair(6)
    fitted = keys.fit(theirs.state_dict(), ours.state_dict(), classes=6)
    tuning = tuned.find(fitted, ours.state_dict(), SHEET, ())
    assert tuning.layers == ("appearance", "motion")
    tuned.resize(ours, tuning)
    ours.load_state_dict(fitted)
    x, y = torch.randn(1, 3), torch.randn(1, 2)
    assert torch.equal(ours(x, y), theirs(x, y))
