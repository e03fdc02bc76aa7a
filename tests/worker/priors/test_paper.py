"""The method's prior: what it does without a network, and that its slots are strangers."""

import pytest
import torch

from contract.spec import Parameters
from tests.worker.planted import CLIP, linear_two_stream, spec
from worker import canvas
from worker.canvas import Canvas
from worker.priors import Setting, prior
from worker.priors.paper import Paper, share


def paper(slots=2, **values):
    model = linear_two_stream()
    canvases = canvas.plan(model.card, model.card.layer("fusion"), jitter=1)
    made = prior(Setting(Parameters(**values), canvases, slots, [True, True], torch.device("cpu")))
    assert isinstance(made, Paper)
    return made


def begin(made, slot, seed, **values):
    made.begin(slot, spec("fusion", 0, seed=seed, **values), torch.Generator().manual_seed(seed))


def test_a_picture_begins_as_noise_of_the_stated_size():
    made = paper()
    begin(made, 0, 1)
    motion = made.pictures()[1][0]
    assert 45 < float(motion.norm(dim=0).square().mean().sqrt()) < 52  # 80 / 1.645
    assert not made.pictures()[1][1].any()


def test_no_pixel_leaves_the_bound():
    made = paper(bound=50.0)
    begin(made, 0, 1)
    push = [torch.full_like(x, 1e3) for x in made.pictures()]
    for _ in range(5):
        made.advance(push, torch.ones(2))
    assert max(float(x.norm(dim=1).max()) for x in made.pictures()) <= 50.001


def test_one_slot_begins_anew_and_the_other_does_not_notice():
    one, other = paper(), paper()
    for made in (one, other):
        begin(made, 0, 1)
        begin(made, 1, 2)
    generator = torch.Generator().manual_seed(3)
    pushes = [[torch.randn(x.shape, generator=generator) for x in one.pictures()] for _ in range(4)]
    for count, push in enumerate(pushes):
        if count == 2:
            begin(other, 1, 9, chi=0.0)
        one.advance(push, torch.ones(2))
        other.advance(push, torch.ones(2))
    for a, b in zip(one.pictures(), other.pictures(), strict=True):
        assert torch.equal(a[0], b[0])
        assert not torch.equal(a[1], b[1])


@pytest.mark.parametrize(
    ("frames", "segments", "weight"), [(1, 1, 1), (10, 1, 1), (5, 1, 2), (3, 3, 1 / 3), (15, 3, 2 / 3)]
)
def test_sums_over_frames_count_as_the_mean_over_segments(frames, segments, weight):
    stream = CLIP.model_copy(update={"frames": frames, "segments": segments})
    assert share(Canvas(stream, frames, 8, 8, 1)) == pytest.approx(weight / 100)
