"""How long a unit runs, and how large its steps are: full steps, then a cosine to rest.

Stopping a unit early, by how its objective rises, was tried and left out: at the same mean number of steps a shorter
cosine reaches more, for it is the slow way to rest that evens out the shifts. `./kinetoscope bench schedule` measures
what a length is worth.
"""

from __future__ import annotations

import math


class Course:
    """One unit's way through its steps."""

    def __init__(self, steps: int) -> None:
        """steps: how many it makes."""
        self.steps, self.age = steps, 0

    @property
    def done(self) -> bool:
        """Whether it has come to rest."""
        return self.age >= self.steps

    def rate(self) -> float:
        """Factor on the step size, 1 to 0."""
        return 0.5 * (1 + math.cos(math.pi * self.age / self.steps))

    def advance(self) -> None:
        """Count a step."""
        self.age += 1
