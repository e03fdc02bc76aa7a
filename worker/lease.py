"""The thread that keeps a worker's leases alive, and ends the process when they are lost or the work hangs."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from redis.exceptions import RedisError

RENEW_EVERY = 4.0
HANG_AFTER = 600.0
"""Seconds without a sign of life (loading a model takes long, a step does not)."""

EXIT_LOST = 70
EXIT_HUNG = 71

log = logging.getLogger(__name__)


@dataclass
class Lease:
    """Calls `renew` every few seconds; False from it means that the lease is lost. Start with `start()`."""

    renew: Callable[[], bool]
    end_process: Callable[[int], None] = os._exit
    every: float = RENEW_EVERY
    hang_after: float = HANG_AFTER
    _beaten: float = field(default_factory=time.monotonic)
    _busy: bool = False
    _done: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Renew from a thread of its own until stop()."""
        threading.Thread(target=self._run, name="lease", daemon=True).start()

    def stop(self) -> None:
        """Renew no more."""
        self._done.set()

    def beat(self) -> None:
        """A sign of life from the work."""
        self._beaten = time.monotonic()

    def watch(self, busy: bool) -> None:
        """Whether there is work that ought to give signs of life."""
        self._beaten, self._busy = time.monotonic(), busy

    def check(self) -> None:
        """One round: renew, and end the process if that is no use any more."""
        try:
            kept = self.renew()
        except RedisError as error:
            log.warning("The lease could not be renewed: %s", error)
            return
        if not kept:
            log.error("The lease is lost: another worker has this job now.")
            self.end_process(EXIT_LOST)
        if self._busy and time.monotonic() - self._beaten > self.hang_after:
            log.error("No sign of life for %.0f s.", self.hang_after)
            self.end_process(EXIT_HUNG)

    def _run(self) -> None:
        while not self._done.wait(self.every):
            self.check()
