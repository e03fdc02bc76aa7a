"""Where requests come in and states are looked up: store first, then queue. Knows nothing of HTTP but addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from backend.answers import Analysis, AnalysisJob, Job, LiveProgress, Visualization
from backend.room import Room
from contract import needs
from contract.errors import UnknownJob, UnknownVisualization
from contract.events import Event, Events
from contract.progress import Progress, ProgressBoard
from contract.queue import JobQueue, JobRecord, Priority
from contract.result import Result
from contract.shelf import Shelf, WorkerCard
from contract.spec import VisualizationSpec
from contract.store import Files, Store
from contract.variants import variant_of
from contract.work import Study, Work

API = "/api/v1"
UNDER_WAY = ("queued", "running")
View = TypeVar("View", Visualization, Analysis)


class Desk:
    """Answers what is known about specs, and has them computed while there is room for what comes of it."""

    def __init__(
        self,
        *,
        store: Store,
        queue: JobQueue,
        events: Events,
        board: ProgressBoard,
        shelf: Shelf,
        room: Room,
        surveyed: Callable[[Work], needs.Surveyed | None] = lambda _work: None,
    ) -> None:
        """surveyed: what findings are over of the model whose clips a request is about, where that is known."""
        self._surveyed = surveyed
        self.store, self.queue, self.events = store, queue, events
        self.board, self.shelf, self.room = board, shelf, room

    def look(self, specs: Sequence[VisualizationSpec]) -> list[Visualization]:
        """The present state of specs, in their order. Queues nothing."""
        ids = [spec.id for spec in specs]
        results = self.store.results(ids)
        pending = [identity for identity in ids if identity not in results]
        records = self.queue.records(pending)
        places = self.queue.positions() if records else {}
        progress, workers = self.board.look(list(records)), self._workers(records)
        return [
            _finished(results[spec.id])
            if spec.id in results
            else self._pending(
                _blank(spec),
                _unless_finished(records.get(spec.id)),
                progress.get(spec.id),
                place=places.get(spec.id),
                workers=workers,
            )
            for spec in specs
        ]

    def finished(self, ids: Sequence[str]) -> list[Visualization]:
        """Those of them that are computed, in their order."""
        results = self.store.results(ids)
        return [_finished(results[identity]) for identity in ids if identity in results]

    def find(self, identity: str) -> Visualization:
        """The visualization with an id. Raises UnknownVisualization."""
        result = self.store.results([identity]).get(identity)
        if result:
            return _finished(result)
        record = self.queue.records([identity]).get(identity)
        if record is None or not isinstance(record.spec, VisualizationSpec):
            raise UnknownVisualization(identity)
        return self.look([record.spec])[0]

    def analyses(self, specs: Sequence[Study]) -> list[Analysis]:
        """The present state of analyses, in their order. Queues nothing."""
        ids = [spec.id for spec in specs]
        records, progress, places = self.queue.records(ids), self.board.look(ids), self.queue.positions()
        workers = self._workers(records)
        return [
            self._pending(
                _unasked(spec),
                records.get(spec.id),
                progress.get(spec.id),
                place=places.get(spec.id),
                workers=workers,
            )
            for spec in specs
        ]

    def study(self, spec: Study, *, there: bool) -> Analysis:
        """The state of what is kept as a file; `there`: whether it is. If not, one that had finished is absent."""
        view = self.analyses([spec])[0]
        if there:
            return view.model_copy(update={"state": "finished", "position": None, "progress": None, "error": None})
        return view.model_copy(update={"state": "absent"}) if view.state == "finished" else view

    def views(self, works: Sequence[Work]) -> list[Visualization | Analysis]:
        """The present state of whatever jobs are about, in their order."""
        pictures = self.look([each for each in works if isinstance(each, VisualizationSpec)])
        analyses = self.analyses([each for each in works if not isinstance(each, VisualizationSpec)])
        known: dict[str, Visualization | Analysis] = {view.id: view for view in (*pictures, *analyses)}
        return [known[work.id] for work in works]

    def analyse(self, spec: Study, *, priority: Priority = "batch") -> Analysis:
        """Have an analysis made, or made again: what was found is not sought twice. Raises DiskFull."""
        if self.room.trouble() and self.analyses([spec])[0].state not in UNDER_WAY:
            self.room.check()
        self.submit(spec, priority=priority)
        return self.analyses([spec])[0]

    def count_new(self, specs: Sequence[VisualizationSpec]) -> int:
        """How many of these would be new jobs."""
        return sum(view.state in ("absent", "failed", "canceled") for view in self.look(specs))

    def ask(self, spec: VisualizationSpec, *, priority: Priority = "interactive") -> Visualization:
        """Have a spec computed, unless there is a result or a job already. Raises DiskFull."""
        self._check_room([spec])
        if not self.store.has(spec.id):
            self.submit(spec, priority=priority)
        return self.look([spec])[0]

    def ask_many(self, specs: Sequence[VisualizationSpec], *, priority: Priority = "batch") -> list[Visualization]:
        """Have specs computed, by default when there is time. Raises DiskFull, and then takes on none."""
        self._check_room(specs)
        for spec in specs:
            if not self.store.has(spec.id):
                self.submit(spec, priority=priority)
        return self.look(specs)

    def submit(self, spec: Work, *, priority: Priority) -> None:
        """Queue a spec and say so."""
        self.events.begin(spec.id)
        if self.queue.submit(spec, priority=priority, surveyed=self._surveyed(spec)):
            self.events.publish(Event("queued", {"id": spec.id, "position": self.queue.end_of_line(priority)}))

    def job(self, identity: str) -> Job | AnalysisJob:
        """One job. Raises UnknownJob."""
        found = self.jobs([identity])
        if not found:
            raise UnknownJob(identity)
        return found[0]

    def jobs(self, ids: Sequence[str]) -> list[Job | AnalysisJob]:
        """Jobs by id, in order; those without a record are left out."""
        records = self.queue.records(ids)
        known = [records[identity] for identity in ids if identity in records]
        views = self.views([record.spec for record in known])
        return [_job(view, record) for view, record in zip(views, known, strict=True)]

    def cancel(self, identity: str) -> Job | AnalysisJob:
        """Cancel a job that waits or runs; an ended one stays as it is. Raises UnknownJob."""
        state = self.job(identity).state
        if state in UNDER_WAY and self.queue.cancel(identity):
            self.events.end("canceled", identity)
        return self.job(identity)

    def cancel_waiting(self) -> int:
        """Cancel whatever waits for a worker; how many jobs that were."""
        out = [identity for identity in self.queue.positions() if self.queue.cancel(identity)]
        for identity in out:
            self.events.end("canceled", identity)
        return len(out)

    def cancel_about(self, clip: str) -> None:
        """Cancel whatever waits or runs on a clip that somebody brought."""
        for identity, record in self.queue.records(self.queue.under_way()).items():
            if getattr(record.spec, "clip", "").partition("-")[0] == clip:
                self.cancel(identity)

    def retry(self, identity: str) -> Job | AnalysisJob:
        """Queue a failed or canceled job again. Raises UnknownJob, DiskFull."""
        job = self.job(identity)
        if job.state in ("failed", "canceled"):
            self.room.check()
            self.submit(job.spec, priority=job.priority)
        return self.job(identity)

    def _check_room(self, specs: Sequence[VisualizationSpec]) -> None:
        """Where there is none, what is computed or under way may still be asked for."""
        if self.room.trouble() and self.count_new(specs):
            self.room.check()

    def _workers(self, records: Mapping[str, JobRecord]) -> list[WorkerCard]:
        """Those that are alive, where somebody waits for one."""
        return self.shelf.workers() if any(record.state == "queued" for record in records.values()) else []

    def _pending(
        self,
        view: View,
        record: JobRecord | None,
        progress: Progress | None,
        *,
        place: int | None,
        workers: Sequence[WorkerCard],
    ) -> View:
        if record is None:
            return view
        running = record.state == "running" or (progress is not None and record.state == "queued")
        if running and self.queue.canceled([view.id]):
            return view.model_copy(update={"state": "canceled"})
        if running:
            return view.model_copy(update={"state": "running", "progress": _live(view.id, progress)})
        waits = record.state == "queued"
        news = {
            "state": record.state,
            "position": place if waits else None,
            "blocked": needs.unmet(record.spec, workers, self._surveyed(record.spec)) if waits else None,
            "error": record.error if record.state == "failed" else None,
        }
        return view.model_copy(update=news)


def filed(files: Files, specs: Sequence[VisualizationSpec]) -> list[Visualization]:
    """What is known of specs from files alone: without queue and cache they are finished or absent."""
    results = files.results([spec.id for spec in specs])
    return [_finished(results[spec.id]) if spec.id in results else _blank(spec) for spec in specs]


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


def _unasked(spec: Study) -> Analysis:
    return Analysis(id=spec.id, url=f"{API}/jobs/{spec.id}", state="absent", spec=spec)


def _unless_finished(record: JobRecord | None) -> JobRecord | None:
    """A job that has finished, but its result is gone, is as if it had never been asked for."""
    return None if record and record.state == "finished" else record


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


def _job(view: Visualization | Analysis, record: JobRecord) -> Job | AnalysisJob:
    kind = AnalysisJob if isinstance(view, Analysis) else Job
    return kind(
        **dict(view),
        priority=record.priority,
        worker=record.worker,
        attempts=record.attempts,
        created=record.created,
        started=record.started,
        ended=record.ended,
    )
