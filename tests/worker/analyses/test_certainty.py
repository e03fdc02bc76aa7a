"""How sure a network is of a picture that was stored, shifted and blurred."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from tests.worker.planted import last, linear_two_stream, spec
from worker.analyses.certainty import SHIFT, _blurred, _shifted, certainty
from worker.models.model import Model
from worker.optimize import optimize


class Corner(nn.Module):
    """Two classes: 1 where the corner pixel of the picture is bright, 0 where it is not."""

    def forward(self, appearance, _motion):
        bright = 200 * appearance[:, 0, 0, 0]
        return torch.stack([-bright, bright], 1)


@pytest.fixture
def model() -> Model:
    plain = linear_two_stream()
    return replace(plain, card=plain.card.model_copy(update={"class_layer": "fusion"}))


def test_a_picture_that_is_right_everywhere_is_certain_and_one_pixel_is_not(model):
    (optimum,) = last(optimize(model, [spec("fusion", 1, steps=2)]))
    corner = replace(model, module=Corner())
    bright, dark = torch.full((3, 1, 16, 16), 100.0), torch.full((3, 1, 16, 16), -100.0)
    bright[..., 9, 9] = dark[..., 0, 0] = 101.0
    bright[..., 8, 8], dark[..., 1, 1] = -100.0, -101.0
    motion = torch.zeros(2, 4, 16, 16)
    motion[:, :, 0, 0] = 1.0
    sure = replace(optimum, inputs={"appearance": bright, "motion": motion})
    unsure = replace(optimum, inputs={"appearance": dark, "motion": motion})
    assert certainty(corner, sure) == pytest.approx(
        1 - 1 / 10, abs=0.01
    )  # the dark pixel is shifted into the corner once
    assert certainty(corner, unsure) < 0.7


def test_shifts_repeat_the_border_and_a_blur_keeps_the_mean_inside():
    x = torch.randn(1, 3, 2, 20, 20)
    moved = _shifted(x, SHIFT, -SHIFT)
    assert torch.equal(moved[..., SHIFT:, :-SHIFT], x[..., :-SHIFT, SHIFT:])
    assert torch.equal(moved[..., 0, 0], x[..., 0, SHIFT])
    assert _blurred(x)[0, 1, 1, 5, 7] == pytest.approx(float(x[0, 1, 1, 4:7, 6:9].mean()), abs=1e-5)
