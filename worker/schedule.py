"""How long a unit runs, and how large its steps are: full steps, then a cosine to rest."""

from __future__ import annotations

import math


class Course:
    """One unit's way through its steps."""

    def __init__(self, steps: int) -> None:
        """steps: how many it may make."""
        self.steps, self.age = steps, 0

    @property
    def done(self) -> bool:
        """Whether it has come to rest."""
        return self.age >= self.steps

    def rate(self) -> float:
        """Factor on the step size, 1 to 0."""
        return 0.5 * (1 + math.cos(math.pi * self.age / self.steps))

    def advance(self, activation: float) -> None:
        """Count a step. activation: what was reached before it, in units of the reference."""
        self.age += 1
