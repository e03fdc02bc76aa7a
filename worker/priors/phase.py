"""Phases only: every wave keeps a natural amplitude (Fel et al., MACO, NeurIPS 2023).

MACO takes the amplitudes from the mean spectrum of ImageNet; here they follow the law of that spectrum, 1/f.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from typing_extensions import override

from worker.priors.spectrum import Spectrum, half


class Phase(Spectrum):
    """The numbers: (slots, channel, ...), the phase of every wave."""

    RATE = 1.0
    NESTEROV = True

    @override
    def size(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return (*shape[:2], *half(shape[2:]))

    @override
    def draw(self, numbers: Tensor, generator: torch.Generator) -> Tensor:
        return (torch.rand(numbers.shape, generator=generator) * 2 - 1) * math.pi

    @override
    def waves(self, numbers: Tensor, amplitude: Tensor) -> Tensor:
        """Of variance one over the picture, whatever kappa and chi let through."""
        unit = amplitude / amplitude.square().mean((2, 3, 4), keepdim=True).sqrt()
        return torch.polar(unit.expand_as(numbers), numbers)
