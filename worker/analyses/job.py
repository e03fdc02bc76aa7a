"""An analysis, a pyramid, or a look at a clip, as a job: how far it is, cancel, and room for whoever waits at the page.

What it has found so far is in the archive, so it goes on where it was when it is taken up again.
"""

from __future__ import annotations

import time

from contract.clip import CheckSpec
from contract.events import Event
from contract.progress import Progress
from contract.work import Study
from worker.jobs import REPORT_EVERY, Canceled, Engine, Interrupted, Services, Signals, load

GOES_ON = ("clips", "optimizations")
"""What is not begun anew after a break. Nothing else gives way."""


def analyse(spec: Study, *, engine: Engine, services: Services, signals: Signals) -> None:
    """Do what `spec` asks for. Raises Canceled, Interrupted, or what went wrong."""
    if services.queue.canceled([spec.id]):
        raise Canceled
    services.events.publish(Event("started", {"id": spec.id, "worker": services.worker}))
    watch = _Watch(spec.id, services, signals)
    try:
        model = None if isinstance(spec, CheckSpec) else load(spec, engine=engine, progress=watch)
        engine.analyse(model, spec, watch)
    finally:
        services.board.clear([spec.id])
    services.events.end("finished", spec.id)


class _Watch:
    """Called with what is being done, how much of it is done, and of how much."""

    def __init__(self, identity: str, services: Services, signals: Signals) -> None:
        self.identity, self.services, self.signals = identity, services, signals
        self.phase, self.began, self.before = "", 0.0, 0
        self.reported = float("-inf")

    def __call__(self, phase: str, done: int, total: int) -> None:
        """Report, now and then. Raises Canceled, Interrupted."""
        self.signals.beat()
        now = time.monotonic()
        if phase != self.phase:
            self.phase, self.began, self.before, self.reported = phase, now, done, float("-inf")
        if self.services.queue.canceled([self.identity]):
            raise Canceled
        if self.signals.stopping(0.0 if phase in GOES_ON else 1.0):
            raise Interrupted
        if now - self.reported >= REPORT_EVERY:
            self.reported = now
            self._report(done, total, now - self.began)

    def _report(self, done: int, total: int, elapsed: float) -> None:
        made = done - self.before
        eta = round(elapsed / made * (total - done), 1) if made else None
        state = Progress(step=done, steps=total, eta_s=eta, phase=self.phase, worker=self.services.worker)
        self.services.board.report({self.identity: state})
        facts = state.model_dump(include={"step", "steps", "eta_s", "phase"})
        self.services.events.publish(Event("progress", {"id": self.identity, **facts}))
