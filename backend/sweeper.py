"""Keeps the queue filled with the runs of sweeps: enough for the workers, few enough to be called back. A thread."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Sequence

from redis.exceptions import RedisError

from backend.desk import Desk
from backend.first_look import FirstLook
from backend.sweep import Sweep
from backend.sweeps import Sweeps
from contract import needs
from contract.errors import UnknownModel
from contract.shelf import WorkerCard

EVERY_S = 1.0
WAITING = 64
"""Jobs of a sweep that wait or run at once, for each worker."""

AT_ONCE = 64
"""Jobs that one pass asks for: it holds a lock."""

FAILURES = 200
"""A sweep with as many is paused: the rest would fail as well. Resuming tries all of it again."""

CALLED_BACK = "Somebody canceled it."

PATIENCE_S = 2.0

log = logging.getLogger(__name__)


class Sweeper:
    """One pass a second over the sweeps that run."""

    def __init__(self, sweeps: Sweeps, desk: Desk, first_look: FirstLook | None = None) -> None:
        self._sweeps, self._desk, self._first_look = sweeps, desk, first_look
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        """Work from a thread until stop()."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the present round."""
        self._done.set()
        self._thread.join(PATIENCE_S)

    def round(self) -> None:
        """See what has ended, ask for more, and end what is done."""
        if self._first_look:
            self._first_look.begin()
        if not any(sweep.state == "running" or sweep.open for sweep in self._sweeps.all()):
            return
        with self._sweeps.changing():
            workers = self._desk.shelf.workers()
            room = WAITING * max(1, len(workers))
            for sweep in reversed(self._sweeps.all()):  # the oldest first
                before = sweep.model_copy(deep=True)
                if sweep.state == "running":
                    self._advance(sweep, room)
                elif sweep.open:
                    self._settle(sweep)
                room -= 0 if _is_blocked(sweep, workers) else len(sweep.open)
                if sweep != before:
                    self._sweeps.keep(sweep)

    def _advance(self, sweep: Sweep, room: int) -> None:
        """One sweep's pass. room: jobs that it may have with the queue."""
        try:
            card = self._sweeps.card(sweep)
        except UnknownModel:
            return  # it waits for the model, as jobs do
        self._settle(sweep)
        if self._desk.room.trouble():
            return  # it waits for room on the disk
        known = {run.place for run in (*sweep.open.values(), *sweep.failed.values())}
        wanted = (run for run in self._sweeps.missing(sweep, card) if run.place not in known)
        for run in itertools.islice(wanted, max(0, min(AT_ONCE, room - len(sweep.open)))):
            spec = sweep.spec(run)
            self._desk.submit(spec, priority="batch")
            sweep.open[spec.id] = run
        if not sweep.open and next(wanted, None) is None:
            sweep.state, sweep.ended = "finished", time.time()
        elif len(sweep.failed) >= FAILURES:
            self._sweeps.pause(sweep)

    def _settle(self, sweep: Sweep) -> None:
        """Strike off what has ended. A result counts once the server has filed it."""
        records = self._desk.queue.records(sweep.open)
        for identity, run in list(sweep.open.items()):
            record = records.get(identity)
            state = record.state if record else "absent"
            if state == "absent" or self._sweeps.is_computed(sweep, identity, run):
                del sweep.open[identity]
            elif state in ("failed", "canceled"):
                error = (record.error if record else None) or CALLED_BACK
                sweep.failed[identity] = sweep.open.pop(identity).model_copy(update={"error": error})

    def _run(self) -> None:
        while not self._done.wait(EVERY_S):
            try:
                self.round()
            except RedisError as error:
                log.warning("Sweeps wait for the queue: %s", error)
            except Exception:  # whatever it was: without this thread no sweep would go on
                log.exception("A sweep cannot go on")


def _is_blocked(sweep: Sweep, workers: Sequence[WorkerCard]) -> bool:
    """Whether no worker will take what a sweep has with the queue. Where there is none, all wait in their order."""
    run = next(iter(sweep.open.values()), None)
    return bool(run and workers and needs.unmet(sweep.spec(run), workers))
