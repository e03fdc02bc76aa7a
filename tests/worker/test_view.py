"""Windows into a canvas, straight and turned, and the way back of their gradients."""

import math

import pytest
import torch

from contract.spec import Parameters
from tests.worker.planted import APPEARANCE, CLIP, MOTION
from worker import canvas
from worker.canvas import Canvas
from worker.view import View, Views, look, trace_back


def test_windows_are_cut_where_the_shifts_say():
    c = Canvas(APPEARANCE, 1, 4, 4, 2)
    x = torch.arange(64.0).view(1, 1, 1, 8, 8).expand(2, 3, 1, 8, 8)
    cut = look(x, c, [View(0, 0), View(4, 3)])
    assert cut.shape == (2, 3, 1, 4, 4)
    assert cut[0, 0, 0, 0, 0] == 0
    assert cut[1, 0, 0, 0, 0] == 4 * 8 + 3
    assert torch.equal(canvas.center(x, c), look(x, c, [View(2, 2), View(2, 2)]))


@pytest.mark.parametrize("views", [[View(0, 1), View(4, 3)], [View(2, 1, 1.1, 0.2), View(4, 3)]])
@pytest.mark.parametrize(("stream", "frames"), [(CLIP, 1), (CLIP, 3), (MOTION, 3)])
def test_the_gradient_of_windows_lands_where_they_were_seen(views, stream, frames):
    c = Canvas(stream, 3, 4, 4, 2)
    x = torch.randn(2, stream.channels, frames, 8, 8, dtype=torch.float64).requires_grad_()
    slope = torch.randn(2, stream.channels, 3, 4, 4, dtype=torch.float64)
    (expected,) = torch.autograd.grad((look(x, c, views) * slope).sum(), x)
    assert torch.allclose(trace_back(slope, c, views, like=x), expected)


def test_a_quarter_turn_turns_the_picture_and_its_vectors():
    c = Canvas(MOTION, 4, 6, 6, 1)
    x = torch.randn(1, 2, 4, 8, 8, dtype=torch.float64)
    seen = look(x, c, [View(1, 1, 1.0, math.pi / 2)])[0]
    straight = torch.rot90(canvas.center(x, c)[0], 1, (2, 3))
    u, v = straight
    assert torch.allclose(seen, torch.stack([v, -u]), atol=1e-5)


def test_what_looks_twice_as_large_moves_twice_as_fast():
    c = Canvas(MOTION, 4, 3, 3, 2)
    slope = torch.linspace(-3, 3, 7, dtype=torch.float64)
    x = slope.expand(1, 2, 4, 7, 7)  # u and v grow by one per pixel to the right, from zero in the middle
    seen = look(x, c, [View(2, 2, 2.0, 0.0)])[0, 0, 0, 1]
    assert torch.allclose(seen, 2 * torch.tensor([-0.5, 0.0, 0.5], dtype=torch.float64))


def test_every_shift_occurs_and_waves_are_also_turned():
    generator = torch.Generator().manual_seed(0)
    drawn = [Views(Parameters(), 2).draw(generator) for _ in range(2000)]
    assert {view.top for view in drawn} == {view.left for view in drawn} == {0, 1, 2, 3, 4}
    assert all(view.straight for view in drawn)
    turned = [Views(Parameters(prior="fourier"), 2).draw(generator) for _ in range(500)]
    assert max(abs(view.angle) for view in turned) == pytest.approx(math.radians(10), rel=0.05)
    assert max(view.zoom for view in turned) == pytest.approx(1.1, rel=0.01)
    assert not any(view.straight for view in turned)
    calm = Views(Parameters(prior="fourier", zoom=0.0, turn=0.0), 2).draw(generator)
    assert calm.straight


def test_segments_are_shifted_each_by_itself():
    c = Canvas(CLIP.model_copy(update={"segments": 3}), 6, 4, 4, 2)
    x = torch.randn(1, 3, 6, 8, 8, dtype=torch.float64).requires_grad_()
    view = Views(Parameters(), 2, segments=3).draw(torch.Generator().manual_seed(3))
    places = [view, *view.others]
    assert len({(place.top, place.left) for place in places}) == 3
    seen = look(x, c, [view])
    for part, place in enumerate(places):
        cut = x[:, :, 2 * part : 2 * part + 2, place.top : place.top + 4, place.left : place.left + 4]
        assert torch.equal(seen[:, :, 2 * part : 2 * part + 2], cut)
    slope = torch.randn_like(seen)
    (expected,) = torch.autograd.grad((seen * slope).sum(), x)
    assert torch.allclose(trace_back(slope, c, [view], like=x.detach()), expected)
