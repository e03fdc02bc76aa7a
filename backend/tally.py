"""How many jobs there are in each state, counted at most once a second: a count goes through all on record."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping

from contract.queue import JobQueue, State

FRESH_S = 1.0


class Tally:
    """The last count."""

    def __init__(self, queue: JobQueue, clock: Callable[[], float] = time.monotonic) -> None:
        self._queue, self._clock = queue, clock
        self._counted: tuple[float, Mapping[State, int]] = -math.inf, {}

    def of(self, state: State) -> int:
        """Jobs in a state."""
        now = self._clock()
        if now - self._counted[0] > FRESH_S:
            self._counted = now, self._queue.counts()
        return self._counted[1].get(state, 0)
