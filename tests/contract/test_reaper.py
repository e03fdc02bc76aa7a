import time

import pytest
from redis import Redis
from rq.executions import Execution
from rq.job import Job

from contract import reaper as module
from contract.events import START, Events
from contract.queue import ATTEMPTS, JobQueue
from contract.reaper import Reaper
from contract.shelf import WORKER, Shelf, WorkerCard
from tests.fakes import spec

ID = spec(1).id


@pytest.fixture
def queue(queue_server: Redis) -> JobQueue:
    return JobQueue(queue_server)


@pytest.fixture
def events(queue_server: Redis) -> Events:
    return Events(queue_server)


@pytest.fixture
def reaper(queue: JobQueue, events: Events) -> Reaper:
    return Reaper(queue, events, Shelf(queue.connection))


def begin(queue: JobQueue, *, lease: int) -> Job:
    """What a worker does before its first step; then it is killed."""
    job, origin = queue.take() or pytest.fail("nothing to take")
    with queue.connection.pipeline() as pipe:
        Execution.create(job, lease, pipeline=pipe, worker_name="w")
        job.prepare_for_execution("w", pipeline=pipe)
        pipe.lrem(origin.intermediate_queue_key, 1, job.id)
        pipe.execute()
    return job


def expire(queue: JobQueue) -> None:
    for each in queue.queues.values():
        key = each.started_job_registry.key
        for entry in queue.connection.zrange(key, 0, -1):
            queue.connection.zadd(key, {entry: 1})


def kinds(events: Events) -> list[str]:
    return [event.kind for event in events.after(START)]


def test_a_job_whose_worker_died_is_queued_again_at_the_head(queue: JobQueue, reaper: Reaper) -> None:
    queue.submit(spec(1))
    begin(queue, lease=20)
    queue.submit(spec(2))
    expire(queue)
    assert reaper.sweep()
    assert queue.positions() == {ID: 1, spec(2).id: 2}
    assert queue.records([ID])[ID].attempts == 2


def test_a_live_lease_is_left_alone(queue: JobQueue, reaper: Reaper) -> None:
    queue.submit(spec(1))
    begin(queue, lease=20)
    reaper.sweep()
    assert queue.records([ID])[ID].state == "running"


def test_a_job_that_kills_its_workers_fails_in_the_end(queue: JobQueue, reaper: Reaper, events: Events) -> None:
    queue.submit(spec(1))
    for _ in range(ATTEMPTS):
        assert queue.records([ID])[ID].state == "queued"
        begin(queue, lease=20)
        expire(queue)
        reaper.sweep()
    record = queue.records([ID])[ID]
    assert record.state == "failed"
    assert "died" in (record.error or "")
    assert kinds(events).count("failed") == 1
    assert queue.positions() == {}


def test_a_second_attempt_is_made_alone(queue: JobQueue, reaper: Reaper) -> None:
    queue.submit(spec(1))
    begin(queue, lease=20)
    expire(queue)
    reaper.sweep()
    job, _ = queue.take() or pytest.fail("nothing to take")
    assert job.meta["alone"]


def test_the_leftover_lease_of_a_finished_job_is_only_removed(queue: JobQueue, reaper: Reaper) -> None:
    queue.submit(spec(1))
    job = begin(queue, lease=20)
    queue.connection.hset(job.key, "status", "finished")
    expire(queue)
    reaper.sweep()
    assert queue.positions() == {}
    assert queue.records([ID])[ID].state == "finished"
    assert queue.connection.zcard(queue.queues["interactive"].started_job_registry.key) == 0


def test_a_canceled_job_of_a_dead_worker_stays_canceled(queue: JobQueue, reaper: Reaper, events: Events) -> None:
    queue.submit(spec(1))
    begin(queue, lease=20)
    queue.cancel(ID)
    expire(queue)
    reaper.sweep()
    assert queue.records([ID])[ID].state == "canceled"
    assert kinds(events) == ["canceled"]


def test_a_job_that_was_taken_but_never_begun_comes_back(
    queue: JobQueue, reaper: Reaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.submit(spec(1))
    queue.take()
    reaper.sweep()
    assert queue.positions() == {}
    monkeypatch.setattr(module, "STUCK_AFTER", -1.0)
    reaper.sweep()
    assert queue.positions() == {ID: 1}
    assert queue.records([ID])[ID].attempts == 1


def test_only_one_process_sweeps_at_a_time(queue: JobQueue, reaper: Reaper) -> None:
    queue.connection.set(module.LOCK, "somebody", ex=30)
    assert not reaper.sweep()


def test_a_worker_that_went_without_a_word_is_struck_off(queue: JobQueue, reaper: Reaper, events: Events) -> None:
    shelf = Shelf(queue.connection)
    shelf.check_in(WorkerCard(name="w", device="cpu"))
    reaper.sweep()
    assert kinds(events) == []
    queue.connection.delete(WORKER + "w")
    reaper.sweep()
    assert kinds(events) == ["workers"]
    assert shelf.workers() == []


def test_a_clock_that_runs_ahead_takes_no_job_from_anybody(
    queue: JobQueue, reaper: Reaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.submit(spec(1))
    begin(queue, lease=20)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3600)
    reaper.sweep()
    assert queue.records([spec(1).id])[spec(1).id].state == "running"


def test_what_ended_long_ago_leaves_no_trace(queue: JobQueue, reaper: Reaper) -> None:
    for each in queue.queues.values():
        queue.connection.zadd(each.finished_job_registry.key, {"old": 1, "new": time.time() + 1000})
        queue.connection.zadd(each.failed_job_registry.key, {"old": 1})
    reaper.sweep()
    for each in queue.queues.values():
        assert queue.connection.zrange(each.finished_job_registry.key, 0, -1) == [b"new"]
        assert not queue.connection.exists(each.failed_job_registry.key)


def test_leases_are_short(queue: JobQueue) -> None:
    queue.submit(spec(1))
    begin(queue, lease=20)
    key = queue.queues["interactive"].started_job_registry.key
    (_, until) = queue.connection.zrange(key, 0, -1, withscores=True)[0]
    assert until - time.time() <= 20
