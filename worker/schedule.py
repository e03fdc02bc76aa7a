"""How long a unit runs, and how large its steps are: a cosine from full steps to rest, cut short once a unit is there.

Units differ: one of an early layer has all it can have after twenty steps, a class that starts in the flat of the
network may need a hundred. When the objective no longer rises, what is left of the cosine is walked in a few steps;
leaving at once would cost a twentieth of the objective, for the last, small steps even out the shifts.
`./kinetoscope bench schedule` measures what this saves, and what it costs.
"""

from __future__ import annotations

import math

MEMORY = 0.7
"""Decay of the running mean that the objective is judged by; shifts make single steps jump."""

PATIENCE = 8
"""Steps over which a rise is measured, and for how many steps in a row there must be none."""

LEAST = 0.01
"""A unit no longer rises when PATIENCE steps brought less than this share of its whole rise."""

YOUNG = 0.4
"""Share of the steps within which a unit is not judged: many rise late."""

REST = 10
"""Steps from there to rest."""


class Course:
    """One unit's way through its steps."""

    def __init__(self, steps: int, *, early: bool = True) -> None:
        """steps: the most it may make. early: whether it may make fewer."""
        self.steps, self.early = steps, early
        self.age, self.time, self.pace = 0, 0.0, 1 / steps
        self.means: list[float] = []
        self.flat = 0

    @property
    def done(self) -> bool:
        """Whether it has come to rest."""
        return self.time > 1 - 1e-9

    def rate(self) -> float:
        """Factor on the step size, 1 to 0."""
        return 0.5 * (1 + math.cos(math.pi * self.time))

    def advance(self, value: float) -> None:
        """Count a step. value: of the objective, before it."""
        self.age += 1
        self.time += self.pace
        self.means.append(value if not self.means else MEMORY * self.means[-1] + (1 - MEMORY) * value)
        self.flat = 0 if self._rises() else self.flat + 1
        if self.early and self.time > YOUNG and self.flat >= PATIENCE:
            self.early, self.pace = False, max(self.pace, (1 - self.time) / REST)

    def _rises(self) -> bool:
        if len(self.means) <= PATIENCE:
            return True
        now, before, lowest = self.means[-1], self.means[-1 - PATIENCE], min(self.means)
        return now - before > LEAST * (now - lowest)
