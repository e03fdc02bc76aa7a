"""The worker process: one per device, with its models warm.

A SimpleWorker of rq, changed where rq would lose or delay jobs: leases of seconds instead of the job's timeout, a safe
take from two queues, an end to a running job between two steps, and functions from a table instead of by name.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterable
from typing import Any

from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from rq.utils import now
from rq.worker import WorkerStatus

from contract import logs
from contract.errors import KinetoscopeError
from contract.events import Event
from contract.queue import attempts, work_of
from contract.reaper import Reaper
from contract.shelf import LEASE, Shelf, WorkerCard
from contract.spec import VisualizationSpec
from contract.work import SPECS, VISUALIZE
from worker.analyses.job import analyse
from worker.jobs import Canceled, Engine, Interrupted, Services, Signals, visualize
from worker.lease import Lease
from worker.offer import Offer
from worker.presence import Presence

IDLE, IDLE_AT_MOST = 0.05, 1.0
"""Seconds between looks at queues with nothing to do."""

RESTS = 10
"""So many times as long as a look takes is rested after it: many may wait that this worker cannot do."""

ASK_EVERY = 0.1
"""Seconds between looks whether somebody waits: steps may take a thousandth."""

SWEEP_EVERY, TIDY_EVERY = 5.0, 3600.0

GIVE_WAY_AFTER = 0.5
"""Seconds that somebody waits before a batch gives way: an idle worker would have taken the job by then."""

GIVE_WAY_BEFORE = 0.7
"""The part of a batch from which on it is rather finished."""

log = logging.getLogger(__name__)


class WarmWorker(SimpleWorker):
    """Takes jobs one after the other until told to stop: those that its models and its place allow for."""

    def __init__(
        self,
        *,
        services: Services,
        engine: Engine,
        shelf: Shelf,
        device: str,
        offer: Offer | None = None,
        clips: Iterable[str] = (),
        at_home: Callable[[], bool] = lambda: True,
        memory: Callable[[], tuple[int, int]] = lambda: (0, 0),
    ) -> None:
        """offer: the models, asked every few seconds between jobs; None: any job is taken, for trials.

        clips: names of the sets that can be read. at_home: whether the server's data folder is shared.
        memory: bytes of the device that are in use, and all.
        """
        queues = list(services.queue.queues.values())
        connection = services.queue.connection
        super().__init__(queues, name=services.worker, connection=connection, serializer=JSONSerializer)
        self.services, self.engine = services, engine
        card = WorkerCard(
            name=services.worker,
            device=device,
            host=socket.gethostname(),
            state="starting" if offer else "idle",
            clips=tuple(clips),
            since=time.time(),
        )
        self.presence = Presence(
            card,
            shelf,
            services.events,
            offer=offer,
            at_home=at_home,
            memory=memory,
            tally=services.tally,
        )
        self.reaper = Reaper(services.queue, services.events, shelf)
        self.lease = Lease(self._renew)
        self.current: Job | None = None
        self.held: list[str] = []
        self.swept = self.asked = float("-inf")
        self.tidied = time.monotonic()
        self.waited_since: float | None = None
        self.functions = {**dict.fromkeys(SPECS, self._analyse), VISUALIZE: self._visualize}

    # Life of the process.

    def work(self, *args: Any, **options: Any) -> bool:
        """Work until told to stop, seen by the server all the while."""
        self.presence.check_in()
        self.lease.start()
        try:
            return super().work(*args, **options)
        finally:
            self.lease.stop()
            self.presence.leave()

    def _shutdown(self) -> None:
        """As rq does it; and remembered, because a user's file that is being tried may swallow the exception."""
        self._stop_requested = True
        super()._shutdown()

    def subscribe(self) -> None:
        """Nothing: orders come through the queue's cancel flags and signals, not by rq's channel."""

    def unsubscribe(self) -> None:
        """Nothing, see subscribe."""

    def run_maintenance_tasks(self) -> None:
        """Nothing: the reaper does it."""
        self.last_cleaned_at = now()

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[Job, Queue] | None:
        """The next job; None when the queues are empty and `timeout` is None."""
        self.set_state(WorkerStatus.IDLE)
        while True:
            if self._stop_requested:
                raise StopRequested
            if time.monotonic() - self.swept > SWEEP_EVERY:
                self._idle_round()
            began = time.monotonic()
            taken = self.services.queue.take(self.presence.met()) if self.presence.takes_jobs() else None
            if taken or timeout is None:
                return taken
            if self.presence.is_coming:
                self.presence.update()
            else:
                time.sleep(min(IDLE_AT_MOST, max(IDLE, RESTS * (time.monotonic() - began))))

    def _idle_round(self) -> None:
        self.swept = time.monotonic()
        self.heartbeat()
        self.presence.update()
        self.reaper.sweep()
        if self.swept - self.tidied >= TIDY_EVERY:
            self.tidied = self.swept
            self.engine.tidy()

    # One job.

    def get_heartbeat_ttl(self, job: Job) -> int:
        """Seconds for which a lease holds without being renewed."""
        return LEASE

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Do one job under a lease."""
        execution = self.prepare_execution(job)
        self.services.queue.lease(job.started_job_registry.key, execution.composite_key, LEASE)
        self.current, self.waited_since = job, None
        self.lease.watch(busy=True)
        self.presence.busy(job.id)
        try:
            with logs.about(job.id):
                self.perform_job(job, queue)
        finally:
            self.current = None
            self.lease.watch(busy=False)
            self.set_state(WorkerStatus.IDLE)
            self.presence.busy(None)

    def perform_job(self, job: Job, queue: Queue) -> bool:
        """Do the work and settle the job's record."""
        self.prepare_job_execution(job, remove_from_intermediate_queue=True)
        log.info("Started %s, attempt %d.", job.description, attempts(job))
        begun = time.monotonic()
        try:
            with self.death_penalty_class(job.timeout, JobTimeoutException, job_id=job.id):
                self.functions[str(job.func_name)](job)
        except Interrupted:
            log.info("Put back after %.1f s.", time.monotonic() - begun)
            self._put_back(job, queue)
        except Canceled:
            log.info("Canceled after %.1f s.", time.monotonic() - begun)
            self._settle_canceled(job)
        except Exception as error:
            self._settle_failed(job, queue, error)
        else:
            job.ended_at = now()
            job._status = JobStatus.FINISHED
            self.handle_job_success(job=job, queue=queue, started_job_registry=queue.started_job_registry)
            log.info("Finished in %.1f s.", time.monotonic() - begun)
            return True
        return False

    def _visualize(self, job: Job) -> None:
        alone = bool(job.meta.get("alone"))

        def find_mates(limit: int) -> list[Any]:
            return [] if alone else self.services.queue.claim_mates(job, worker=self.name, limit=limit)

        spec = work_of(job)
        assert isinstance(spec, VisualizationSpec)
        visualize(spec, engine=self.engine, services=self.services, signals=self._signals(), find_mates=find_mates)

    def _analyse(self, job: Job) -> None:
        spec = work_of(job)
        assert not isinstance(spec, VisualizationSpec)
        analyse(spec, engine=self.engine, services=self.services, signals=self._signals())

    def _signals(self) -> Signals:
        return Signals(beat=self.lease.beat, stopping=self._is_to_stop, hold=self._hold)

    def _is_to_stop(self, done: float) -> bool:
        return self._stop_requested or self._gives_way(done)

    def _gives_way(self, done: float) -> bool:
        """Whether a batch makes room for somebody who waits at the page. It loses no attempt, and few steps."""
        if self.current is None or self.current.origin != "batch" or done >= GIVE_WAY_BEFORE:
            return False
        now = time.monotonic()
        if now - self.asked >= ASK_EVERY:
            self.asked = now
            waits = self.services.queue.somebody_waits(self.presence.met())
            self.waited_since = (self.waited_since or now) if waits else None
        return self.waited_since is not None and now - self.waited_since > GIVE_WAY_AFTER

    def _hold(self, ids: list[str]) -> None:
        self.held = ids

    def _put_back(self, job: Job, queue: Queue) -> None:
        """To the head of the queue, at no cost to its attempts."""
        with self.connection.pipeline() as pipe:
            self.cleanup_execution(job, pipeline=pipe)
            queue._enqueue_job(job, pipeline=pipe, at_front=True)
            pipe.execute()
        position = self.services.queue.positions().get(job.id)
        self.services.events.publish(Event("queued", {"id": job.id, "position": position}))

    def _settle_canceled(self, job: Job) -> None:
        with self.connection.pipeline() as pipe:
            self.cleanup_execution(job, pipeline=pipe)
            job.ended_at = now()
            job.set_status(JobStatus.CANCELED, pipeline=pipe)
            pipe.execute()
        self.services.events.end("canceled", job.id)

    def _settle_failed(self, job: Job, queue: Queue, error: Exception) -> None:
        """Another attempt, unless the fault lies in the request or attempts are used up."""
        log.exception("Job %s failed", job.id)
        job.meta.update(error=_words(error), alone=True, attempts=attempts(job))
        if isinstance(error, KinetoscopeError | JobTimeoutException):
            job.retries_left = 0
        job.ended_at = now()
        job.save()
        ends = not job.should_retry
        self.handle_job_failure(job, queue, exc_string=_words(error))
        if ends:
            self.services.events.end("failed", job.id, error=_words(error))
        else:
            self.services.events.publish(Event("queued", {"id": job.id}))

    # Seen from outside.

    def _renew(self) -> bool:
        """Renew every lease. False if the job has been given to somebody else."""
        self.presence.check_in()
        self.heartbeat()
        self.services.queue.renew_claims(self.held)
        job, execution = self.current, self.execution
        if job is None or execution is None:
            return True
        registry = job.started_job_registry
        with self.connection.pipeline() as pipe:
            pipe.zscore(registry.key, execution.composite_key)
            execution.heartbeat(registry, LEASE, pipeline=pipe)
            score = pipe.execute()[0]
        self.services.queue.lease(registry.key, execution.composite_key, LEASE)
        return score is not None or self.execution is not execution


def _words(error: Exception) -> str:
    """An error as a user sees it."""
    if isinstance(error, KinetoscopeError):
        return error.detail
    if isinstance(error, JobTimeoutException):
        return "It took longer than it may and was stopped."
    return f"{type(error).__name__}: {error}"[:500]
