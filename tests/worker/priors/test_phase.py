"""Phases raise an activation, and amplitudes stay."""

import torch

from tests.worker.planted import last, linear_two_stream, spec
from worker.optimize import optimize
from worker.priors.phase import Phase


def test_the_activation_rises():
    (optimum,) = last(optimize(linear_two_stream(), [spec("fusion", 1, steps=60, prior="phase")]))
    assert optimum.activation > optimum.trace[0] + 0.3 * abs(optimum.trace[0])


def test_whatever_the_phases_the_amplitudes_stay():
    amplitude = torch.rand(1, 1, 2, 3, 4) + 0.1
    one, other = (Phase.waves(None, torch.rand(1, 3, 2, 3, 4) * 6, amplitude) for _ in range(2))  # type: ignore[arg-type]
    assert torch.allclose(one.abs(), other.abs(), atol=1e-6)
    assert torch.allclose(one.abs().square().mean((2, 3, 4)), torch.ones(1, 3), atol=1e-5)
