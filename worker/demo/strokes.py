"""How drawn things move: back-and-forth strokes, as of a bow, a brush or a pair of eyes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator


@dataclass(frozen=True)
class Stroke:
    """A sinusoid: position -amplitude..amplitude over frames, `period` frames a cycle."""

    amplitude: float
    period: float
    phase: float

    def at(self, frame: float) -> float:
        """Position at a frame (fractions allowed)."""
        return self.amplitude * float(np.sin(2 * np.pi * frame / self.period + self.phase))


def stroke(rng: Generator, amplitude: tuple[float, float], period: tuple[float, float]) -> Stroke:
    """A stroke of random amplitude, period and phase."""
    return Stroke(rng.uniform(*amplitude), rng.uniform(*period), rng.uniform(0, 2 * np.pi))
