"""What both spectral priors share: the law of amplitudes, ranges, slots of their own."""

from dataclasses import replace

import pytest
import torch

from contract.spec import Parameters
from tests.worker.planted import APPEARANCE, MOTION, linear_two_stream, spec
from worker import canvas
from worker.canvas import Canvas
from worker.priors import Setting, prior
from worker.priors.spectrum import falloff, in_range


def made(name, slots=2, seen=(True, True)):
    model = linear_two_stream()
    canvases = canvas.plan(model.card, model.card.layer("fusion"), jitter=1)
    return prior(Setting(Parameters(prior=name), canvases, slots, seen, torch.device("cpu")))


def begin(pictures, slot, seed, **values):
    pictures.begin(slot, spec("fusion", 0, seed=seed, **values), torch.Generator().manual_seed(seed))


def test_amplitudes_fall_as_one_over_frequency():
    law = falloff((1, 16, 16), kappa=1.0, chi=0.0)
    assert float(law[0, 0, 4]) == pytest.approx(4.0)  # 4 waves over 16 px
    assert float(law[0, 4, 3]) == pytest.approx(16 / 5)
    assert float(law[0, 0, 0]) == 16.0
    timed = falloff((10, 16, 16), kappa=1.0, chi=10.0)
    assert float(timed[2, 0, 0]) == pytest.approx(1 / (10 * 0.04) ** 0.5)


@pytest.mark.parametrize("name", ["fourier", "phase"])
def test_slow_pictures_change_less_over_time(name):
    pictures = made(name)
    begin(pictures, 0, 1, chi=10.0)
    begin(pictures, 1, 1, chi=0.0)
    motion = pictures.pictures()[1]
    change = motion.diff(dim=2).square().mean((1, 2, 3, 4)) / motion.square().mean((1, 2, 3, 4))
    assert change[0] < change[1] / 2


@pytest.mark.parametrize("name", ["fourier", "phase"])
def test_a_step_goes_uphill_and_stays_in_range(name):
    pictures = made(name)
    begin(pictures, 0, 1)
    begin(pictures, 1, 2)
    before = pictures.pictures()
    push = [torch.randn(x.shape, generator=torch.Generator().manual_seed(4)) for x in before]
    for _ in range(5):
        pictures.advance(push, torch.full((2,), 0.2))
    for old, new, gradient in zip(before, pictures.pictures(), push, strict=True):
        gained = ((new - old) * gradient).flatten(1).sum(1)
        assert torch.all(gained > 0)
        assert float(new.abs().max()) <= 128


@pytest.mark.parametrize("name", ["fourier", "phase"])
def test_slots_do_not_know_each_other(name):
    one, other = made(name), made(name)
    for pictures, seed in ((one, 2), (other, 9)):
        begin(pictures, 0, 1)
        begin(pictures, 1, seed)
    push = [torch.randn(x.shape, generator=torch.Generator().manual_seed(4)) for x in one.pictures()]
    for pictures in (one, other):
        pictures.advance(push, torch.ones(2))
    for a, b in zip(one.pictures(), other.pictures(), strict=True):
        assert torch.equal(a[0], b[0])
        assert not torch.equal(a[1], b[1])


def test_a_stream_that_the_layer_does_not_see_stays_grey():
    pictures = made("fourier", seen=(True, False))
    begin(pictures, 0, 1)
    assert not pictures.pictures()[1].any()


def test_no_wave_is_mid_grey_and_colours_are_mixed():
    nothing = torch.zeros(1, 3, 1, 4, 4)
    assert torch.allclose(in_range(nothing, APPEARANCE), torch.zeros_like(nothing), atol=1e-4)
    first = torch.zeros(1, 3, 1, 4, 4)
    first[:, 0] = 1.0
    levels = in_range(first, APPEARANCE)[0, :, 0, 0, 0]
    assert levels.min() > 30  # the first axis is brightness: all channels rise together
    assert in_range(torch.full((1, 2, 4, 2, 2), 9.0), MOTION).max() <= 127.5


@pytest.mark.parametrize("name", ["fourier", "phase"])
def test_no_wave_goes_through_two_segments(name):
    setting = Setting(Parameters(prior=name), (), 1, (True,), torch.device("cpu"))
    clip = MOTION.model_copy(update={"frames": 6, "segments": 3})
    whole = prior(replace(setting, canvases=(Canvas(clip, 6, 8, 8, 0),)))
    begin(whole, 0, 1)
    before = whole.pictures()[0]
    with torch.no_grad():
        whole.numbers[0][:, 1::3] += 0.5  # u and v of the middle segment
    changed = (whole.pictures()[0] - before).abs().amax((0, 1, 3, 4)) > 1e-6
    assert changed.tolist() == [False, False, True, True, False, False]
    snippet = prior(replace(setting, canvases=(Canvas(MOTION.model_copy(update={"frames": 2}), 2, 8, 8, 0),)))
    begin(snippet, 0, 1)
    with torch.no_grad():
        snippet.numbers[0][:] = whole.numbers[0][:, 1::3]
    assert torch.allclose(snippet.pictures()[0], whole.pictures()[0][:, :, 2:4], atol=1e-4)
