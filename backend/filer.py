"""Takes results that workers handed over and writes them to files; answers their letters, and runs the reaper.

A thread of the server.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from redis.exceptions import RedisError

from backend.desk import Desk
from backend.porter import Porter
from contract.coverage import Coverage
from contract.reaper import Reaper

LOOK_EVERY = 0.2
BRISK = 0.02
BRISK_FOR = 1.0
"""Seconds for which one looks more often: a letter is seldom the last."""

SWEEP_EVERY = 5.0
PAUSE_IN_TROUBLE = 5.0
PATIENCE = 2.0

log = logging.getLogger(__name__)


class Filer:
    """`trouble` says in words why results cannot be written, empty while all is well. `chores`: done now and then."""

    def __init__(
        self,
        desk: Desk,
        *,
        coverage: Coverage,
        reaper: Reaper,
        porter: Porter | None = None,
        chores: Sequence[Callable[[], object]] = (),
    ) -> None:
        self._desk, self._coverage, self._reaper, self._porter, self._chores = desk, coverage, reaper, porter, chores
        self._done = threading.Event()
        self._swept = self._asked = float("-inf")
        self._thread = threading.Thread(target=self._run, name="filer", daemon=True)
        self.trouble = ""

    def start(self) -> None:
        """Work from a thread until stop()."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the present round."""
        self._done.set()
        self._thread.join(PATIENCE)

    def round(self) -> None:
        """File what has been handed over, sweep if it is time, and answer letters."""
        for identity in self._desk.queue.handed_over():
            self._file(identity)
        if time.monotonic() - self._swept > SWEEP_EVERY:
            self._swept = time.monotonic()
            self._reaper.sweep()
            for chore in self._chores:
                chore()
        if self._porter and self._porter.round():
            self._asked = time.monotonic()

    def build_coverage(self) -> None:
        """Count the files, where the queue's server is new or an atlas was read back."""
        mark = self._desk.store.marked()
        if not self._coverage.built(mark):
            self._coverage.add(self._desk.store.filed())
            self._coverage.mark_built(mark)

    def _run(self) -> None:
        pause = LOOK_EVERY
        self._desk.store.sweep()
        while not self._done.wait(pause):
            try:
                self.build_coverage()
                self.round()
                self.trouble = ""
                pause = BRISK if time.monotonic() - self._asked < BRISK_FOR else LOOK_EVERY
            except Exception as error:  # whatever it was: without this thread no result would be filed any more
                log.error("Results cannot be filed: %s", error, exc_info=not isinstance(error, OSError | RedisError))
                self.trouble, pause = f"Results cannot be filed: {error}", PAUSE_IN_TROUBLE

    def _file(self, identity: str) -> None:
        result = self._desk.store.file(identity)
        if result:
            self._coverage.add([result])
        elif self._is_computed_again(identity):
            return
        self._desk.queue.filed(identity)

    def _is_computed_again(self, identity: str) -> bool:
        """The cache lost a result before it was filed. True while its job has not ended: look again later."""
        record = self._desk.queue.records([identity]).get(identity)
        if record is None or record.state in ("failed", "canceled"):
            return False
        if record.state == "finished":
            log.warning("The result %s was lost on its way; it is computed again.", identity)
            self._desk.submit(record.spec, priority=record.priority)
        return True
