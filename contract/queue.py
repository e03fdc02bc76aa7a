"""The job queue: one spec is one job, and equal specs are one job. With reaper.py the only file here that knows rq.

A job is acknowledged once it is in the queue's log on disk. Interactive jobs go before batches. A job that is being
computed along with another one (a mate) stays in the queue under a claim, so that nobody else takes it meanwhile.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from redis import Redis
from rq import Queue, Retry
from rq.exceptions import DuplicateJobError
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from rq.utils import now, utcformat

from contract import moves, needs, work
from contract.connection import Server
from contract.meter import Meter
from contract.spec import VisualizationSpec
from contract.work import TIMEOUTS, Work

Priority = Literal["interactive", "batch"]
State = Literal["queued", "running", "finished", "failed", "canceled"]

PRIORITIES: tuple[Priority, ...] = ("interactive", "batch")
ATTEMPTS = 4
RECORD_FOR = 30 * 86400
"""Seconds for which the record of an ended job is kept."""

JOBS = "kinetoscope:jobs"
JOBS_KEPT = 20_000
CANCEL = "kinetoscope:cancel:"
CLAIM = "kinetoscope:claim:"
CLAIM_FOR = 20
HANDOVER = "kinetoscope:handover"
JOB = Job.key_for("")

_STATES: dict[str, State] = {
    "started": "running",
    "finished": "finished",
    "failed": "failed",
    "stopped": "canceled",
    "canceled": "canceled",
}


@dataclass(frozen=True)
class JobRecord:
    """What is known about a job. `attempts`: times that it was begun, or is about to be."""

    id: str
    spec: Work
    state: State
    priority: Priority
    worker: str | None
    attempts: int
    error: str | None
    created: datetime
    started: datetime | None
    ended: datetime | None


def work_of(job: Job) -> Work:
    """The request that a job is about."""
    return work.read(str(job.func_name), job.args)


def attempts(job: Job) -> int:
    """The number of the attempt that a job is at."""
    return ATTEMPTS - (ATTEMPTS - 1 if job.retries_left is None else job.retries_left)


class JobQueue:
    """The two queues and the records of their jobs."""

    def __init__(self, connection: Redis) -> None:
        self.connection: Server = connection
        self.meter = Meter(connection)
        self.queues = {name: Queue(name, connection=connection, serializer=JSONSerializer) for name in PRIORITIES}
        self._take = connection.register_script(moves.TAKE)
        self._look = connection.register_script(moves.LOOK)
        self._claim = connection.register_script(moves.CLAIM)
        self._cancel = connection.register_script(moves.CANCEL)
        self._promote = connection.register_script(moves.PROMOTE)
        self._lease = connection.register_script(moves.LEASE)
        self._forget = connection.register_script(moves.FORGET)
        self._count = connection.register_script(moves.COUNT)

    def submit(self, spec: Work, *, priority: Priority = "interactive", surveyed: needs.Surveyed | None = None) -> bool:
        """Queue a spec. False if its job is already waiting or running; an ended one is queued anew.

        surveyed: of the model whose clips it is about, where that is known.
        """
        self.connection.delete(CANCEL + spec.id)
        while True:
            try:
                return self._enqueue(spec, priority, surveyed)
            except DuplicateJobError:
                if self._is_pending(spec.id, priority):
                    return False

    def records(self, ids: Iterable[str]) -> dict[str, JobRecord]:
        """The records that there are, by id."""
        jobs = self._jobs(list(ids))
        claims = self.connection.mget([CLAIM + job.id for job in jobs]) if jobs else []  # mates run, too
        return {job.id: _record(job, claimed=bool(claim)) for job, claim in zip(jobs, claims, strict=True)}

    def positions(self) -> dict[str, int]:
        """Place of every waiting job, the next one first: 1. What is computed along with another does not wait."""
        with self.connection.pipeline(transaction=False) as pipe:
            for queue in self.queues.values():
                pipe.lrange(queue.key, 0, -1)
            listed = [raw.decode() for ids in pipe.execute() for raw in ids]
        claims = self.connection.mget([CLAIM + identity for identity in listed]) if listed else []
        waiting = [identity for identity, claim in zip(listed, claims, strict=True) if not claim]
        return {identity: place for place, identity in enumerate(waiting, start=1)}

    def end_of_line(self, priority: Priority) -> int | None:
        """The place of what was queued last, without going through the others; None where nothing waits."""
        before = PRIORITIES[: PRIORITIES.index(priority) + 1]
        return sum(self.connection.llen(self.queues[name].key) for name in before) or None

    def under_way(self) -> list[str]:
        """Ids of jobs that wait, are being taken, or run."""
        with self.connection.pipeline(transaction=False) as pipe:
            for queue in self.queues.values():
                pipe.lrange(queue.key, 0, -1)
                pipe.lrange(queue.intermediate_queue_key, 0, -1)
                pipe.zrange(queue.started_job_registry.key, 0, -1)
            found = [raw.decode() for ids in pipe.execute() for raw in ids]
        return list(dict.fromkeys(each.partition(":")[0] for each in found))  # a lease is of "job:execution"

    def running(self) -> int:
        """Number of jobs that workers hold a lease on."""
        return sum(self.connection.zcard(queue.started_job_registry.key) for queue in self.queues.values())

    def ages(self, now: float) -> dict[str, float]:
        """Seconds since the next job of each priority was asked for; 0 where none waits. now: Unix time."""
        found = {}
        for name, queue in self.queues.items():
            jobs = self._jobs(queue.get_job_ids(0, 1))
            found[name] = max(0.0, now - jobs[0].created_at.timestamp()) if jobs else 0.0
        return found

    def history(self, *, state: State | None = None, limit: int = 50, cursor: str = "") -> tuple[list[str], str | None]:
        """Ids of jobs, and the cursor of the next page: newest first, but those that wait in the order of their turn.

        Raises ValueError for a cursor that no page ended with.
        """
        if state == "queued":
            return self._line(limit, cursor)
        found: list[str] = []
        before = cursor
        while True:
            page = self._page(before, size=max(limit, 100))
            records = self.records(identity for identity, _ in page)
            for identity, stamp in page:
                if identity in records and state in (None, records[identity].state):
                    if len(found) == limit:
                        return found, before
                    found.append(identity)
                before = stamp
            if not page:
                return found, None

    def count(self) -> int:
        """Number of jobs on record."""
        return self.connection.zcard(JOBS)

    def counts(self) -> Counter[State]:
        """Number of jobs on record by state. Goes through all of them."""
        found, counts = self._count(keys=[JOBS], args=[JOB, CLAIM]), Counter[State]()
        for status, number in zip(found[::2], found[1::2], strict=True):
            counts[_STATES.get(status.decode(), "queued")] += number
        return counts

    def cancel(self, identity: str) -> bool:
        """Take a waiting job out, or ask the worker to stop a running one. True if it was waiting."""
        self.connection.set(CANCEL + identity, 1, ex=86400)
        stamp = utcformat(now())
        keys = [(queue.key, Job.key_for(identity)) for queue in self.queues.values()]
        return any(self._cancel(keys=key, args=[identity, stamp, RECORD_FOR]) for key in keys)

    def take(self, met: Iterable[str] | None = None) -> tuple[Job, Queue] | None:
        """Move the next unclaimed job to the intermediate list, interactive ones first.

        met: the needs that the worker meets (contract/needs.py); jobs that need more stay where they are. None: all.
        """
        answer = self._take(keys=[queue.key for queue in self.queues.values()], args=_able(met))
        if not answer:
            return None
        queue = self.queues[PRIORITIES[int(answer[0]) - 1]]
        jobs = self._jobs([answer[1].decode()])
        if not jobs:
            self.connection.lrem(queue.intermediate_queue_key, 1, answer[1])
            return None
        return jobs[0], queue

    def lease(self, registry: str, execution: str, seconds: int) -> None:
        """Hold a job for so long. registry: the key where rq keeps leases, by its own process's clock."""
        self._lease(keys=[registry], args=[execution, seconds])

    def somebody_waits(self, met: Iterable[str] | None = None) -> bool:
        """Whether an interactive job waits that no worker has claimed and that needs no more than is `met`."""
        return bool(self._look(keys=[self.queues["interactive"].key], args=_able(met)))

    def claim_mates(self, job: Job, *, worker: str, limit: int) -> list[VisualizationSpec]:
        """Specs of waiting jobs of the same priority that can be computed along with `job`, claimed for `worker`."""
        queue = self.queues[job.origin]  # type: ignore[index]
        args = [JOB, CLAIM, job.meta.get("group", ""), worker, CLAIM_FOR, max(0, limit)]
        claimed = [raw.decode() for raw in self._claim(keys=[queue.key], args=args)]
        mates = map(work_of, self._jobs(claimed))
        return [mate for mate in mates if isinstance(mate, VisualizationSpec)]  # nothing else is computed with others

    def renew_claims(self, ids: Sequence[str]) -> None:
        """Hold on to mates; to be repeated well within CLAIM_FOR seconds."""
        with self.connection.pipeline(transaction=False) as pipe:
            for identity in ids:
                pipe.expire(CLAIM + identity, CLAIM_FOR)
            pipe.execute()

    def release(self, ids: Sequence[str]) -> None:
        """Let go of mates."""
        if ids:
            self.connection.delete(*[CLAIM + identity for identity in ids])

    def canceled(self, ids: Sequence[str]) -> set[str]:
        """Those that somebody has canceled."""
        flags = self.connection.mget([CANCEL + identity for identity in ids]) if ids else []
        return {identity for identity, flag in zip(ids, flags, strict=True) if flag}

    def hand_over(self, identity: str) -> None:
        """Tell the server that a result lies in the cache, to be filed."""
        self.connection.lpush(HANDOVER, identity)

    def handed_over(self) -> list[str]:
        """Results that wait to be filed, oldest first."""
        return [raw.decode() for raw in reversed(self.connection.lrange(HANDOVER, 0, -1))]

    def filed(self, identity: str) -> None:
        """The result is on disk, or lost for good."""
        self.connection.lrem(HANDOVER, 0, identity)

    def _enqueue(self, spec: Work, priority: Priority, surveyed: needs.Surveyed | None) -> bool:
        function = work.function(spec)
        self.queues[priority].enqueue_call(
            function,
            args=(spec.model_dump(mode="json"),),
            job_id=spec.id,
            unique=True,
            timeout=TIMEOUTS[function],
            result_ttl=RECORD_FOR,
            failure_ttl=RECORD_FOR,
            retry=Retry(max=ATTEMPTS - 1),
            meta={"group": work.group(spec), "needs": needs.of(spec, surveyed)},
            description=work.describe(spec),
        )
        with self.connection.pipeline(transaction=False) as pipe:
            pipe.zadd(JOBS, {spec.id: time.time()})
            pipe.zremrangebyrank(JOBS, 0, -JOBS_KEPT - 1)
            pipe.execute()
        return True

    def _is_pending(self, identity: str, priority: Priority) -> bool:
        """Whether a job that has the id waits or runs. One that has ended is forgotten."""
        key = Job.key_for(identity)
        if priority == "interactive":
            keys = [queue.key for queue in self.queues.values()]
            self._promote(keys=[*keys, key], args=[identity, priority])
        return not self._forget(keys=[key, f"rq:results:{identity}", f"rq:executions:{identity}"])

    def _jobs(self, ids: Sequence[str]) -> list[Job]:
        jobs = Job.fetch_many(ids, connection=self.connection, serializer=JSONSerializer) if ids else []
        return [job for job in jobs if job]

    def _line(self, limit: int, after: str) -> tuple[list[str], str | None]:
        """Of what waits: those behind `after`, or from the head where that has left the line."""
        if after and not self.connection.exists(Job.key_for(after)):
            raise ValueError(f"{after!r} is no job")
        waiting = list(self.positions())
        start = waiting.index(after) + 1 if after in waiting else 0
        page = waiting[start : start + limit]
        return page, page[-1] if start + limit < len(waiting) else None

    def _page(self, before: str, *, size: int) -> list[tuple[str, str]]:
        """(id, cursor) of the jobs older than a cursor."""
        newest = "+inf"
        if before:
            float(before)
            newest = "(" + before
        entries = self.connection.zrevrangebyscore(JOBS, newest, "-inf", start=0, num=size, withscores=True)
        return [(identity.decode(), repr(score)) for identity, score in entries]


def _able(met: Iterable[str] | None) -> list[str]:
    return [JOB, CLAIM, "1" if met is None else "0", *(met or ())]


def _record(job: Job, *, claimed: bool = False) -> JobRecord:
    status = job.get_status(refresh=False)
    waits: State = "running" if claimed else "queued"
    created: Any = job.created_at
    return JobRecord(
        id=job.id,
        spec=work_of(job),
        state=_STATES.get(status or JobStatus.QUEUED, waits),
        priority="batch" if job.origin == "batch" else "interactive",
        worker=job.worker_name,
        attempts=job.meta["attempts"] if status == JobStatus.FAILED and "attempts" in job.meta else attempts(job),
        error=job.meta.get("error"),
        created=created,
        started=job.started_at,
        ended=job.ended_at,
    )
