"""Fourier parameterization with colour decorrelation (Olah et al., Feature visualization, Distill 2017; Lucid)."""

from __future__ import annotations

import torch
from torch import Tensor
from typing_extensions import override

from worker.priors.spectrum import Spectrum, half

DEVIATION = 0.01
"""Standard deviation of the first coefficients (Lucid)."""


class Fourier(Spectrum):
    """Coefficients of waves, scaled by 1/f. The numbers: (slots, channel, ..., 2), real and imaginary part."""

    RATE = 0.05

    @override
    def size(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return (*shape[:2], *half(shape[2:]), 2)

    @override
    def draw(self, numbers: Tensor, generator: torch.Generator) -> Tensor:
        return torch.randn(numbers.shape, generator=generator) * DEVIATION

    @override
    def waves(self, numbers: Tensor, amplitude: Tensor) -> Tensor:
        return torch.view_as_complex(numbers) * amplitude / 4
