"""Coefficients of waves raise an activation."""

import torch

from tests.worker.planted import last, linear_two_stream, spec
from worker.optimize import optimize
from worker.priors.fourier import Fourier


def test_the_activation_rises():
    (optimum,) = last(optimize(linear_two_stream(), [spec("fusion", 1, steps=60, prior="fourier")]))
    assert optimum.activation > optimum.trace[0] + 0.3 * abs(optimum.trace[0])
    assert all(x.isfinite().all() for x in optimum.inputs.values())


def test_numbers_are_coefficients():
    waves = Fourier.waves
    numbers = torch.tensor([[[[[[4.0, 8.0]]]]]])
    assert waves(None, numbers, torch.full((1, 1, 1, 1, 1), 2.0)).item() == 2 + 4j  # type: ignore[arg-type]
