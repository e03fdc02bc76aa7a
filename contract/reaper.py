"""Brings back the jobs of workers that died: run by the server and by idle workers every few seconds.

rq's own cleaning is not used: it is not locked, waits for many minutes, and takes the leftover lease of a finished
job for an abandoned one.
"""

from __future__ import annotations

from dataclasses import dataclass

from rq import Queue
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from rq.worker_registration import clean_worker_registry

from contract import moves
from contract.connection import Server
from contract.events import Event, Events
from contract.queue import JobQueue
from contract.shelf import Shelf

LOCK = "kinetoscope:reaper"
LOCK_FOR = 30
STUCK = "kinetoscope:stuck:"
STUCK_AFTER = 10.0
"""Seconds in the intermediate list after which the worker that moved the job there must have died."""


@dataclass(frozen=True)
class Abandoned:
    """A lease that ran out. `entry` is its text in rq's registry: job id and execution id."""

    entry: bytes
    job: Job | None
    execution: str


class Reaper:
    """One pass over leases, intermediate lists and workers, under a lock that all processes share."""

    def __init__(self, queue: JobQueue, events: Events, shelf: Shelf) -> None:
        self._queue = queue
        self._redis: Server = queue.connection
        self._events = events
        self._shelf = shelf
        self._put_back = self._redis.register_script(moves.PUT_BACK)

    def sweep(self) -> bool:
        """Do one pass. False if another process is at it."""
        lock = self._redis.lock(LOCK, timeout=LOCK_FOR, blocking=False)
        if not lock.acquire():
            return False
        try:
            for queue in self._queue.queues.values():
                self._revive(queue)
                self._unstick(queue)
                self._tidy(queue)
                clean_worker_registry(queue)
        finally:
            if lock.owned():
                lock.release()
        if self._shelf.bury():
            self._events.publish(Event("workers"))
        return True

    def _revive(self, queue: Queue) -> None:
        registry = queue.started_job_registry
        for entry in self._redis.zrangebyscore(registry.key, 0, self._now()):
            identity, _, execution = entry.decode().partition(":")
            jobs = Job.fetch_many([identity], connection=self._redis, serializer=JSONSerializer)
            self._settle(queue, Abandoned(entry, jobs[0], execution))

    def _tidy(self, queue: Queue) -> None:
        """Strike ended jobs off rq's lists when their records have expired."""
        now = self._now()
        for registry in (queue.finished_job_registry, queue.failed_job_registry, queue.canceled_job_registry):
            self._redis.zremrangebyscore(registry.key, 0, now)

    def _now(self) -> float:
        """The clock of the queue's server, by which leases run out."""
        seconds, micros = self._redis.time()
        return seconds + micros / 1e6

    def _settle(self, queue: Queue, lease: Abandoned) -> None:
        job = lease.job
        key = queue.started_job_registry.key
        with self._redis.pipeline() as pipe:
            pipe.zrem(key, lease.entry)
            pipe.delete(f"rq:execution:{lease.entry.decode()}")
            if job is None or job.get_status(refresh=False) != JobStatus.STARTED:
                pipe.execute()
                return
            if self._queue.canceled([job.id]):
                job.set_status(JobStatus.CANCELED, pipeline=pipe)
                pipe.execute()
                self._events.end("canceled", job.id)
            elif job.retries_left:
                job.enqueue_at_front_on_retry = True
                job.meta["alone"] = True
                job.retry(queue, pipe)
                pipe.execute()
                self._events.publish(Event("queued", {"id": job.id, "position": 1}))
            else:
                error = "The worker died each time that it worked on this."
                job.meta["error"] = error
                pipe.hset(job.key, "meta", JSONSerializer.dumps(job.meta))
                job.set_status(JobStatus.FAILED, pipeline=pipe)
                pipe.execute()
                self._events.end("failed", job.id, error=error)

    def _unstick(self, queue: Queue) -> None:
        """Put back what a worker took but never began."""
        leases = self._redis.zrange(queue.started_job_registry.key, 0, -1)
        held = {entry.partition(b":")[0] for entry in leases}
        for raw in self._redis.lrange(queue.intermediate_queue_key, 0, -1):
            seen = STUCK + raw.decode()
            now = self._now()
            first = self._redis.set(seen, now, nx=True, get=True, ex=30)
            if raw in held:
                self._redis.delete(seen)
            elif first and now - float(first) > STUCK_AFTER:
                self._put_back(keys=[queue.intermediate_queue_key, queue.key], args=[raw])
                self._redis.delete(seen)
