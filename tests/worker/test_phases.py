"""The input gradient by phases against automatic differentiation."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.phases import Phases, fold, grown, pays, unfold


@st.composite
def convolutions(draw):
    count = draw(st.integers(2, 3))
    kernel = [draw(st.integers(1, 5)) for _ in range(count)]
    stride = [draw(st.integers(1, 4)) for _ in range(count)]
    padding = [draw(st.integers(0, size // 2)) for size in kernel]
    cells = [draw(st.integers(max(size - 2 * p, 1), 12)) for size, p in zip(kernel, padding, strict=True)]
    return cells, kernel, stride, padding


@settings(deadline=None)  # a test is not timed
@given(convolutions())
def test_the_gradient_is_that_of_automatic_differentiation(case):
    cells, kernel, stride, padding = case
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(2, 3, *cells, dtype=torch.float64, generator=generator).requires_grad_()
    weight = torch.randn(5, 3, *kernel, dtype=torch.float64, generator=generator)
    plain = torch.conv3d if len(kernel) == 3 else torch.conv2d
    y = plain(x, weight, None, stride, padding)
    gradient = torch.randn(y.shape, dtype=torch.float64, generator=generator)
    (expected,) = torch.autograd.grad(y, x, gradient)
    found = Phases(weight, stride=stride, padding=padding)(gradient, x.shape)
    assert found.shape == expected.shape
    assert torch.allclose(found, expected, atol=1e-12)


def test_phases_stand_behind_their_channel_and_come_back():
    x = torch.arange(2 * 2 * 4 * 6.0).view(2, 2, 4, 6)
    folded = fold(x, (2, 3))
    assert folded.shape == (2, 12, 2, 2)
    assert torch.equal(folded[1, 6 + 1 * 3 + 2], x[1, 1, 1::2, 2::3])
    assert torch.equal(unfold(folded, (2, 3)), x)


def test_what_is_grown_has_zeros_behind_it_and_can_be_cut():
    x = torch.ones(1, 1, 2, 3)
    assert torch.equal(grown(x, (3, 2))[0, 0], torch.tensor([[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]]))


@pytest.mark.parametrize(
    ("channels", "stride", "dilation", "groups", "expected"),
    [
        (3, (2, 2), (1, 1), 1, True),
        (3, (1, 1), (1, 1), 1, False),
        (64, (2, 2), (1, 1), 1, False),
        (3, (2, 2), (2, 2), 1, False),
        (1, (2, 2), (1, 1), 3, False),
    ],
)
def test_it_pays_for_a_strided_convolution_of_few_channels(channels, stride, dilation, groups, expected):
    weight = torch.zeros(6, channels, 3, 3)
    assert pays(weight, stride=stride, dilation=dilation, groups=groups) is expected
