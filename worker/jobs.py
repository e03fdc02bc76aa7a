"""The composer: from a spec to a result in the store, by way of the model, the optimizer and the pictures.

Knows neither the queue's protocol (process.py) nor the method (optimize.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Protocol

from contract.errors import ModelProblem
from contract.events import Event, Events
from contract.progress import Progress, ProgressBoard
from contract.queue import JobQueue
from contract.result import Result
from contract.spec import VisualizationSpec
from contract.store import Store
from contract.work import ModelStudy, Study

REPORT_EVERY = 0.25
PREVIEW_EVERY = 0.5


class Canceled(Exception):
    """Nobody wants the pictures any more."""


class Interrupted(Exception):
    """The worker is to stop, or somebody waits; the job goes back to the queue."""


class Engine(Protocol):
    """What is needed of the stages; `model` is opaque here."""

    def load(self, name: str, progress: Callable[[str, int, int], None]) -> Any:
        """The model of that name, kept warm. progress: told what is done for that, how much, and of how much."""
        ...

    def optimize(self, model: Any, specs: Sequence[VisualizationSpec]) -> Generator[Any, None, None]:
        """Steps of the joint optimization of several specs; may leave on closing how far they are."""
        ...

    def forget_steps(self, spec: VisualizationSpec) -> None:
        """Nobody will go on with a spec: its result is kept, or unwanted."""
        ...

    def preview(self, model: Any, step: Any, member: int) -> bytes:
        """A small picture of one spec's present state; empty if there is none."""
        ...

    def finish(self, model: Any, spec: VisualizationSpec, optimum: Any) -> tuple[Result, dict[str, bytes]]:
        """The result and its media files."""
        ...

    def analyse(self, model: Any, spec: Study, progress: Callable[[str, int, int], None]) -> None:
        """Analyse a model into the archive. `progress`: what is done, how much, of how much."""
        ...

    def tidy(self) -> None:
        """Remove what nobody comes back for; called now and then."""
        ...

    def batch_size(self, model: Any, spec: VisualizationSpec) -> int:
        """How many specs like this one are best computed together."""
        ...


@dataclass(frozen=True)
class Services:
    """The places that a job reads from and reports to. tally: what this worker did."""

    queue: JobQueue
    store: Store
    events: Events
    board: ProgressBoard
    worker: str
    tally: dict[str, float] = field(default_factory=lambda: {"units": 0, "unit_seconds": 0.0})


@dataclass(frozen=True)
class Signals:
    """beat: called at every step. stopping: whether to stop, given the part that is done. hold: claims to keep."""

    beat: Callable[[], None]
    stopping: Callable[[float], bool]
    hold: Callable[[list[str]], None]


def visualize(
    spec: VisualizationSpec,
    *,
    engine: Engine,
    services: Services,
    signals: Signals,
    find_mates: Callable[[int], list[VisualizationSpec]],
) -> None:
    """Compute a spec, and waiting ones like it along with it, into the store.

    Raises Canceled, Interrupted, or what went wrong.
    """
    if services.store.has(spec.id):
        engine.forget_steps(spec)
        services.queue.hand_over(spec.id)  # whoever computed it may have been cut off before it could say so
        services.events.end("finished", spec.id)
        return
    if services.queue.canceled([spec.id]):
        engine.forget_steps(spec)
        raise Canceled
    model = load(spec, engine=engine, progress=_Preparation(spec.id, services=services, signals=signals))
    mates = find_mates(engine.batch_size(model, spec) - 1)
    specs = [spec, *[mate for mate in mates if not services.store.has(mate.id)]]
    signals.hold([mate.id for mate in mates])
    try:
        _Batch(specs, model=model, engine=engine, services=services, signals=signals).run()
    except BaseException:  # also SystemExit: whatever ends this, the mates wait again
        services.events.publish(*[Event("queued", {"id": each.id}) for each in specs[1:]])
        raise
    finally:
        services.board.clear([each.id for each in specs])
        signals.hold([])
        services.queue.release([mate.id for mate in mates])


def load(spec: VisualizationSpec | ModelStudy, *, engine: Engine, progress: Callable[[str, int, int], None]) -> Any:
    """The spec's model. Raises ModelProblem if its weights are not those that the spec is about."""
    model = engine.load(spec.model, progress)
    if model.card.fingerprint != spec.fingerprint:
        raise ModelProblem(f"The weights of {spec.model!r} have changed since this was asked for. Ask again.")
    return model


class _Preparation:
    """Reports what is done before the first step. Raises Canceled, Interrupted."""

    def __init__(self, identity: str, *, services: Services, signals: Signals) -> None:
        self.identity, self.services, self.signals = identity, services, signals
        self.reported, self.phase = float("-inf"), ""

    def __call__(self, phase: str, done: int, total: int) -> None:
        self.signals.beat()
        if self.signals.stopping(0.0):
            raise Interrupted
        if self.services.queue.canceled([self.identity]):
            raise Canceled
        now = time.monotonic()
        if phase == self.phase and now - self.reported < REPORT_EVERY:
            return
        self.reported, self.phase = now, phase
        state = Progress(step=done, steps=total, phase=phase, worker=self.services.worker)
        self.services.board.report({self.identity: state})
        self.services.events.publish(_progress(self.identity, state))


class _Batch:
    """Specs that are computed together."""

    def __init__(
        self, specs: list[VisualizationSpec], *, model: Any, engine: Engine, services: Services, signals: Signals
    ) -> None:
        self.specs, self.model, self.engine = specs, model, engine
        self.services, self.signals = services, signals
        self.ids = [spec.id for spec in specs]
        self.canceled: set[str] = set()
        self.kept: set[str] = set()
        self.reported = self.pictured = float("-inf")
        self.preview_step: int | None = None

    def run(self) -> None:
        """Optimize to the end and keep what is still wanted."""
        self.services.events.publish(
            *[Event("started", {"id": each, "worker": self.services.worker}) for each in self.ids]
        )
        started = time.monotonic()
        with closing(self.engine.optimize(self.model, self.specs)) as steps:
            for step in steps:
                self.signals.beat()
                self._keep(step.finished)
                if self._settled(step):
                    break
                self._report(step, time.monotonic() - started)
        for spec in self.specs:
            if spec.id in self.canceled:
                self.engine.forget_steps(spec)
        if self.ids[0] in self.canceled:
            raise Canceled
        if self.ids[0] not in self.kept:
            raise RuntimeError("The optimizer ended without a result.")

    def _settled(self, step: Any) -> bool:
        """Whether every spec has its result or has been canceled. Raises Interrupted when told to stop."""
        if self.signals.stopping(step.index / step.steps if step.steps else 1.0):
            raise Interrupted
        for identity in self.services.queue.canceled(self.ids) - self.canceled - self.kept:
            self.canceled.add(identity)
            self.services.events.end("canceled", identity)
            self.services.board.clear([identity])
        return len(self.canceled | self.kept) == len(self.ids)

    def _report(self, step: Any, elapsed: float) -> None:
        now = time.monotonic()
        if now - self.reported < REPORT_EVERY:
            return
        self.reported = now
        eta = elapsed / step.index * (step.steps - step.index) if step.index else None
        done = self.canceled | self.kept
        wanted = [member for member, identity in enumerate(self.ids) if identity not in done]
        pictures = self._picture(step, wanted) if now - self.pictured >= PREVIEW_EVERY else []
        states = {self.ids[member]: self._state(step, member, eta) for member in wanted}
        self.services.board.report(states)
        self.services.events.publish(*[_progress(identity, state) for identity, state in states.items()], *pictures)

    def _state(self, step: Any, member: int, eta: float | None) -> Progress:
        return Progress(
            step=step.ages[member],
            steps=self.specs[member].parameters.steps,
            activation=step.activation[member],
            eta_s=None if eta is None else round(eta, 2),
            preview=self.preview_step,
            worker=self.services.worker,
        )

    def _picture(self, step: Any, wanted: list[int]) -> list[Event]:
        """Put out previews; the events that announce them."""
        pictures = {self.ids[member]: self.engine.preview(self.model, step, member) for member in wanted}
        drawn = {identity: picture for identity, picture in pictures.items() if picture}
        self.services.store.put_previews(drawn)
        self.pictured, self.preview_step = time.monotonic(), step.index
        return [_preview(identity, step.index) for identity in drawn]

    def _keep(self, finished: Mapping[int, Any]) -> None:
        """Results first, then word of them: a crash in between costs a second look, not a result."""
        for member, optimum in finished.items():
            spec = self.specs[member]
            self.signals.beat()
            if spec.id not in self.canceled:
                result, media = self.engine.finish(self.model, spec, optimum)
                self.services.store.put(result, media)
                self.services.queue.hand_over(spec.id)
                self.engine.forget_steps(spec)
                if not result.dead:
                    self._count({"units": 1, "unit_seconds": result.share})
                self.services.board.clear([spec.id])
                self.services.events.end("finished", spec.id)
                self.kept.add(spec.id)

    def _count(self, done: dict[str, float]) -> None:
        self.services.queue.meter.add(done)
        for name, amount in done.items():
            self.services.tally[name] += amount


def preview_url(identity: str, step: int) -> str:
    """Where the server shows a preview."""
    return f"/api/v1/media/{identity}/preview.webp?step={step}"


def _preview(identity: str, step: int) -> Event:
    return Event("preview", {"id": identity, "url": preview_url(identity, step), "step": step})


def _progress(identity: str, state: Progress) -> Event:
    fields = state.model_dump(include={"step", "steps", "phase", "activation", "eta_s"})
    return Event("progress", {"id": identity, **fields})
