import pytest
import torch
from torch import nn

from contract.catalogue import Stream
from contract.errors import ModelProblem
from worker.models.assemble import describe
from worker.models.review import review
from worker.models.sheet import Sheet

CLIP = Stream(name="clip", kind="clip", frames=4, height=8, width=8, mean=(0.4, 0.4, 0.4))


class Net(nn.Module):
    def __init__(self, after=lambda x: x):
        super().__init__()
        self.first, self.last, self.after = nn.Conv3d(3, 4, 3), nn.Linear(4, 2), after

    def forward(self, x):
        return self.last(self.after(self.first(x).mean((2, 3, 4))))


def look(module, tmp_path, **sheet):
    stated = Sheet(**{"title": "Net", "streams": (CLIP,), "classes": ("a", "b"), "citation": "us", **sheet})
    return review(module, describe("net", module, stated, data=tmp_path))


def test_a_sound_network_with_a_full_card_gets_no_remark(tmp_path):
    assert look(Net(), tmp_path) == []


class Frames(nn.Module):
    """Its LSTM sums in another order where no gradient is asked for."""

    def __init__(self):
        super().__init__()
        self.first, self.time, self.last = nn.Conv3d(3, 16, 3), nn.LSTM(16, 12, 2, batch_first=True), nn.Linear(12, 2)

    def forward(self, x):
        return self.last(self.time(self.first(x).mean((3, 4)).transpose(1, 2))[0][:, -1])


def test_rounding_is_not_taken_for_chance(tmp_path):
    assert look(Frames(), tmp_path) == []


def test_one_clip_at_a_time_is_said(tmp_path):
    (remark,) = look(Net(lambda x: x.view(1, 4)), tmp_path)
    assert "one clip at a time" in remark


def test_values_as_pictures_may_reach_are_tried(tmp_path):
    class Proper(Net):
        def forward(self, x):
            if x.max() > 0.6 or x.min() < -0.4:  # black and white, less the mean
                raise ValueError("not a picture")
            return super().forward(x)

    with pytest.raises(ModelProblem, match=r"noise \(-[\d.]+ to [\d.]+, .*not a picture \(test_review.py, line"):
        look(Proper(), tmp_path)


def test_what_is_left_open_is_said(tmp_path):
    bare = CLIP.model_copy(update={"mean": (0.0, 0.0, 0.0)})
    remarks = " ".join(look(Net(), tmp_path, streams=(bare,), classes=(), citation=""))
    assert "no mean and std" in remarks
    assert "class names" in remarks
    assert "citation" in remarks
    assert "random" in look(Net(lambda x: x * torch.rand_like(x)), tmp_path)[0]


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (lambda x: x.detach(), "does not depend on the input 'clip'|no gradient"),
        (lambda x: x.round(), "does not depend on the input 'clip'"),
        (lambda x: x / 0 * 0, "not finite"),
    ],
)
def test_a_network_without_gradients_or_numbers_is_refused(tmp_path, after, words):
    with pytest.raises(ModelProblem, match=words):
        look(Net(after), tmp_path)


def test_a_forward_that_fails_on_noise_only_is_refused(tmp_path):
    def picky(x):
        if not torch.compiler.is_compiling() and not torch._subclasses.fake_tensor.is_fake(x) and bool(x.std() > 0):
            raise ValueError("too lively")
        return x

    with pytest.raises(ModelProblem, match="too lively"):
        look(Net(picky), tmp_path)
