"""Where requests come in and states are looked up: store first, then queue. Knows nothing of HTTP but addresses."""

from __future__ import annotations

from collections.abc import Sequence

from backend.answers import Job, LiveProgress, Visualization
from contract.errors import UnknownVisualization
from contract.events import Event, Events
from contract.progress import Progress, ProgressBoard
from contract.queue import JobQueue, JobRecord, Priority
from contract.result import Result
from contract.spec import VisualizationSpec
from contract.store import Store
from contract.variants import variant_of

API = "/api/v1"


class Desk:
    """Answers what is known about specs, and has them computed."""

    def __init__(self, *, store: Store, queue: JobQueue, events: Events, board: ProgressBoard) -> None:
        self.store, self.queue, self.events, self.board = store, queue, events, board

    def look(self, specs: Sequence[VisualizationSpec]) -> list[Visualization]:
        """The present state of specs, in their order. Queues nothing."""
        ids = [spec.id for spec in specs]
        results = self.store.results(ids)
        pending = [identity for identity in ids if identity not in results]
        records = self.queue.records(pending)
        places = self.queue.positions() if records else {}
        progress = self.board.look(list(records))
        return [
            _finished(results[spec.id])
            if spec.id in results
            else self._pending(spec, records.get(spec.id), progress.get(spec.id), place=places.get(spec.id))
            for spec in specs
        ]

    def find(self, identity: str) -> Visualization:
        """The visualization with an id. Raises UnknownVisualization."""
        result = self.store.results([identity]).get(identity)
        return _finished(result) if result else self.look([self._record(identity).spec])[0]

    def ask(self, spec: VisualizationSpec, *, priority: Priority = "interactive") -> Visualization:
        """Have a spec computed, unless there is a result or a job already."""
        if not self.store.has(spec.id):
            self.submit(spec, priority=priority)
        return self.look([spec])[0]

    def ask_many(self, specs: Sequence[VisualizationSpec]) -> list[Visualization]:
        """Have specs computed when there is time."""
        for spec in specs:
            if not self.store.has(spec.id):
                self.submit(spec, priority="batch")
        return self.look(specs)

    def submit(self, spec: VisualizationSpec, *, priority: Priority) -> None:
        """Queue a spec and say so."""
        self.events.begin(spec.id)
        if self.queue.submit(spec, priority=priority):
            self.events.publish(Event("queued", {"id": spec.id, "position": self.queue.positions().get(spec.id)}))

    def job(self, identity: str) -> Job:
        """One job. Raises UnknownVisualization."""
        self._record(identity)
        return self.jobs([identity])[0]

    def jobs(self, ids: Sequence[str]) -> list[Job]:
        """Jobs by id, in order; those without a record are left out."""
        records = self.queue.records(ids)
        known = [records[identity] for identity in ids if identity in records]
        views = self.look([record.spec for record in known])
        return [_job(view, record) for view, record in zip(views, known, strict=True)]

    def cancel(self, identity: str) -> Job:
        """Cancel a job that waits or runs; an ended one stays as it is. Raises UnknownVisualization."""
        state = self.job(identity).state
        if state in ("queued", "running") and self.queue.cancel(identity):
            self.events.end("canceled", identity)
        return self.job(identity)

    def retry(self, identity: str) -> Job:
        """Queue a failed or canceled job again. Raises UnknownVisualization."""
        job = self.job(identity)
        if job.state in ("failed", "canceled"):
            self.submit(job.spec, priority=job.priority)
        return self.job(identity)

    def _record(self, identity: str) -> JobRecord:
        record = self.queue.records([identity]).get(identity)
        if record is None:
            raise UnknownVisualization(identity)
        return record

    def _pending(
        self, spec: VisualizationSpec, record: JobRecord | None, progress: Progress | None, *, place: int | None
    ) -> Visualization:
        view = _blank(spec)
        if record is None or record.state == "finished":  # finished, but its result is gone: as if never asked for
            return view
        running = record.state == "running" or (progress is not None and record.state == "queued")
        if running and self.queue.canceled([spec.id]):
            return view.model_copy(update={"state": "canceled"})
        if running:
            return view.model_copy(update={"state": "running", "progress": _live(spec.id, progress)})
        position = place if record.state == "queued" else None
        error = record.error if record.state == "failed" else None
        return view.model_copy(update={"state": record.state, "position": position, "error": error})


def address(identity: str) -> str:
    """Where a visualization is."""
    return f"{API}/visualizations/{identity}"


def _blank(spec: VisualizationSpec) -> Visualization:
    identity = spec.id
    return Visualization(
        id=identity,
        url=address(identity),
        state="absent",
        variant=variant_of(spec.parameters),
        spec=spec,
        media=f"{API}/media/{identity}/",
    )


def _finished(result: Result) -> Visualization:
    return _blank(result.spec).model_copy(update={"state": "finished", "result": result})


def _live(identity: str, progress: Progress | None) -> LiveProgress | None:
    if progress is None:
        return None
    preview = None
    if progress.preview is not None:
        preview = f"{API}/media/{identity}/preview.webp?step={progress.preview}"
    return LiveProgress(
        preview=preview, **progress.model_dump(include={"step", "steps", "phase", "activation", "eta_s"})
    )


def _job(view: Visualization, record: JobRecord) -> Job:
    return Job(
        **dict(view),
        priority=record.priority,
        worker=record.worker,
        attempts=record.attempts,
        created=record.created,
        started=record.started,
        ended=record.ended,
    )
