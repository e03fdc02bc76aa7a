"""Every kernel's gradient against automatic differentiation."""

import pytest
import torch
from torch.nn import functional

from worker.cone import Reading
from worker.kernels import Differentiated, Join, Same, Sum, masked, pad, unpad


@pytest.fixture
def maps():
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(2, 3, 4, 5, dtype=torch.float64, generator=generator) for _ in range(2)]


CASES = [
    (Sum(relu=False), lambda a, b: a + b),
    (Sum(relu=True), lambda a, b: (a + b).relu()),
    (Join(), lambda a, b: torch.cat([a, b], 1)),
    (Differentiated(lambda a, b: a * b.sigmoid()), lambda a, b: a * b.sigmoid()),
]


@pytest.mark.parametrize(("kernel", "plain"), CASES)
@pytest.mark.parametrize("owned", [True, False])
def test_forward_and_backward_are_those_of_automatic_differentiation(kernel, plain, owned, maps):
    leaves = [x.clone().requires_grad_() for x in maps]
    expected = plain(*leaves)
    gradient = torch.randn(expected.shape, dtype=torch.float64)
    slopes = torch.autograd.grad(expected, leaves, gradient)
    output, kept = kernel.forward(maps)
    assert torch.allclose(output, expected)
    sent = gradient.clone()
    found = kernel.backward(sent, maps, output, kept, owned=owned)
    for slope, want in zip(found, slopes, strict=True):
        assert torch.allclose(slope.value, want)
    if not owned:
        assert torch.equal(sent, gradient)


def test_doing_nothing_hands_the_gradient_on(maps):
    (slope,) = Same().backward(maps[1], maps[:1], maps[0], None, owned=True)
    assert slope.value is maps[1]
    assert slope.owned


def test_a_mask_is_taken_in_place_only_of_what_is_owned(maps):
    output = maps[0].relu()
    before = maps[1].clone()
    fresh = masked(maps[1], output, owned=False)
    assert torch.equal(maps[1], before)
    assert masked(maps[1], output, owned=True) is maps[1]
    assert torch.equal(fresh, maps[1])
    assert torch.equal(fresh, before * (output > 0))


def test_padding_and_its_inverse(maps):
    reading = Reading(None, ((0, 4), (0, 5)), ((1, 0), (2, 3)))  # type: ignore[arg-type]
    padded = pad(maps[0], reading, 7.0)
    assert torch.equal(padded, functional.pad(maps[0], (2, 3, 1, 0), value=7.0))
    assert torch.equal(unpad(padded, reading), maps[0])


def test_an_operation_that_lacks_low_precision_runs_in_full():
    kernel = Differentiated(lambda x: functional.avg_pool3d(x, 2))
    x = torch.randn(1, 2, 2, 4, 4).bfloat16()
    output, kept = kernel.forward([x])
    (slope,) = kernel.backward(torch.ones_like(output), [x], output, kept, owned=True)
    assert output.dtype == slope.value.dtype == torch.bfloat16
    assert torch.allclose(output.float(), functional.avg_pool3d(x.float(), 2), atol=0.01)
    assert torch.allclose(slope.value.float(), torch.full_like(x.float(), 1 / 8))
