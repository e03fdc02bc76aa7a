"""Worker processes that are killed, stopped, canceled and poisoned; no job is lost and none ends twice."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from redis import Redis
from rq.exceptions import StopRequested

from contract import reaper as reaping
from contract.events import ENDINGS, START, Events
from contract.progress import ProgressBoard
from contract.queue import ATTEMPTS, CLAIM, JobQueue, JobRecord
from contract.reaper import Reaper
from contract.shelf import Shelf
from contract.spec import VisualizationSpec
from contract.store import Store
from tests.conftest import wait_for
from tests.fakes import FakeEngine, analysis, spec
from worker.jobs import Services
from worker.process import WarmWorker

ROOT = Path(__file__).parents[2]
ID = spec(1).id

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(queue_url: str, picture_url: str, queue_server: Redis, picture_server: Redis) -> Iterator[Start]:
    processes: list[subprocess.Popen[bytes]] = []

    def begin(*, pause: float = 0.0, poison: int = -1, model: str = "tiny") -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.fake_worker", queue_url, picture_url, str(pause), str(poison), model]
        processes.append(subprocess.Popen(command, cwd=ROOT))
        return processes[-1]

    yield begin
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture
def queue(queue_server: Redis) -> JobQueue:
    return JobQueue(queue_server)


@pytest.fixture
def store(picture_server: Redis) -> Store:
    return Store(picture_server)


def record(queue: JobQueue, identity: str = ID) -> JobRecord:
    return queue.records([identity])[identity]


def endings(queue: JobQueue, identity: str = ID) -> list[str]:
    happened = Events(queue.connection).after(START)
    return [event.kind for event in happened if event.id == identity and event.kind in ENDINGS]


def running(queue: JobQueue, identity: str = ID) -> bool:
    return record(queue, identity).state == "running" and bool(Events(queue.connection).after(START))


def abandon(queue: JobQueue) -> None:
    """Let the leases of dead workers run out now instead of in 20 s."""
    for each in queue.queues.values():
        key = each.started_job_registry.key
        for entry in queue.connection.zrange(key, 0, -1):
            queue.connection.zadd(key, {entry: 1}, xx=True)
    claims = queue.connection.keys(CLAIM + "*")
    if claims:
        queue.connection.delete(*claims)


def test_a_job_is_done_and_its_worker_stays(start: Start, queue: JobQueue, store: Store) -> None:
    worker = start()
    queue.submit(spec(1))
    wait_for(lambda: record(queue).state == "finished")
    queue.submit(spec(2, kappa=3))
    wait_for(lambda: store.has(spec(2, kappa=3).id))
    assert worker.poll() is None
    assert endings(queue) == ["finished"]
    assert queue.handed_over() == [ID, spec(2, kappa=3).id]


def test_a_worker_killed_in_the_middle_loses_nothing(start: Start, queue: JobQueue, store: Store) -> None:
    first = start(pause=5)
    queue.submit(spec(1))
    wait_for(lambda: running(queue))
    first.kill()
    first.wait()
    abandon(queue)
    start()
    wait_for(lambda: record(queue).state == "finished")
    assert record(queue).attempts == 2
    assert store.has(ID)
    assert endings(queue) == ["finished"]


def test_a_job_in_the_hands_of_a_killed_worker_comes_back_by_itself(start: Start, queue: JobQueue) -> None:
    """The real lease, unaided: the one slow test here."""
    first = start(pause=60)
    queue.submit(spec(1))
    wait_for(lambda: running(queue))
    first.kill()
    start()
    wait_for(lambda: record(queue).state == "finished", seconds=120)


def test_a_worker_killed_between_taking_and_beginning_loses_nothing(
    start: Start, queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.submit(spec(1))
    queue.take()
    monkeypatch.setattr(reaping, "STUCK_AFTER", 0.0)
    sweeper = Reaper(queue, Events(queue.connection), Shelf(queue.connection))
    wait_for(lambda: sweeper.sweep() and queue.positions())
    start()
    wait_for(lambda: record(queue).state == "finished")


def test_a_worker_that_is_told_to_stop_gives_its_job_back_unharmed(start: Start, queue: JobQueue) -> None:
    worker = start(pause=0.2)
    queue.submit(spec(1))
    wait_for(lambda: running(queue))
    worker.terminate()
    assert worker.wait(60) == 0
    assert record(queue).state == "queued"
    assert record(queue).attempts == 1
    assert queue.positions() == {ID: 1}
    assert Shelf(queue.connection).workers() == []
    start()
    wait_for(lambda: record(queue).state == "finished")


def test_an_idle_worker_stops_at_once(start: Start, queue: JobQueue) -> None:
    worker = start()
    wait_for(lambda: Shelf(queue.connection).workers())
    worker.terminate()
    assert worker.wait(60) == 0


def test_a_running_job_is_canceled(start: Start, queue: JobQueue, store: Store) -> None:
    worker = start(pause=0.1)
    queue.submit(spec(1))
    wait_for(lambda: running(queue))
    queue.cancel(ID)
    wait_for(lambda: record(queue).state == "canceled")
    wait_for(lambda: endings(queue) == ["canceled"])
    assert not store.has(ID)
    queue.submit(spec(2))
    wait_for(lambda: store.has(spec(2).id))
    assert worker.poll() is None


def test_a_job_that_kills_every_worker_fails_in_the_end(start: Start, queue: JobQueue, store: Store) -> None:
    queue.submit(spec(1))
    queue.submit(spec(2))
    for _ in range(ATTEMPTS):
        worker = start(poison=1)
        assert worker.wait(60) == -signal.SIGKILL
        abandon(queue)
        Reaper(queue, Events(queue.connection), Shelf(queue.connection)).sweep()
    assert record(queue).state == "failed"
    assert "died" in (record(queue).error or "")
    assert endings(queue) == ["failed"]
    start(poison=1)
    wait_for(lambda: store.has(spec(2).id))


def test_waiting_mates_are_computed_along(start: Start, queue: JobQueue, store: Store) -> None:
    specs = [spec(unit) for unit in range(8)]
    for each in specs:
        queue.submit(each, priority="batch")
    start(pause=0.01)
    wait_for(lambda: all(record(queue, each.id).state == "finished" for each in specs))
    assert all(endings(queue, each.id) == ["finished"] for each in specs)


def test_two_workers_share_the_work_and_do_none_twice(start: Start, queue: JobQueue, store: Store) -> None:
    specs = [spec(unit, seed=seed) for unit in range(8) for seed in range(3)]
    for each in specs:
        queue.submit(each, priority="batch")
    start(pause=0.02)
    start(pause=0.02)
    wait_for(lambda: all(record(queue, each.id).state == "finished" for each in specs))
    events = Events(queue.connection).after(START)
    started = [event.id for event in events if event.kind == "started"]
    assert sorted(started) == sorted(each.id for each in specs)


def of_model(name: str, unit: int) -> VisualizationSpec:
    return spec(unit).model_copy(update={"model": name})


def test_jobs_go_where_their_model_is(start: Start, queue: JobQueue) -> None:
    mine, yours = [of_model("mine", unit) for unit in range(6)], [of_model("yours", unit) for unit in range(6)]
    for one, other in zip(mine, yours, strict=True):
        queue.submit(one, priority="batch")
        queue.submit(other, priority="batch")
    workers = {name: f"fake-{start(model=name).pid}" for name in ("mine", "yours")}
    everything = [*mine, *yours]
    wait_for(lambda: all(record(queue, each.id).state == "finished" for each in everything))
    events = Events(queue.connection).after(START)
    began = {event.id: event.data["worker"] for event in events if event.kind == "started"}
    assert began == {each.id: workers[each.model] for each in everything}


def test_a_job_whose_model_nobody_has_waits_until_somebody_joins(start: Start, queue: JobQueue) -> None:
    absent, present = of_model("absent", 1), of_model("present", 1)
    queue.submit(absent)
    queue.submit(present, priority="batch")
    start(pause=0.05, model="present")
    wait_for(lambda: record(queue, present.id).state == "finished")
    assert record(queue, absent.id).state == "queued"
    assert record(queue, absent.id).attempts == 1
    assert endings(queue, absent.id) == []
    start(model="absent")
    wait_for(lambda: record(queue, absent.id).state == "finished")


def test_a_worker_that_drains_finishes_what_it_is_on_and_takes_no_more(start: Start, queue: JobQueue) -> None:
    shelf = Shelf(queue.connection)
    first = start(pause=0.05)
    queue.submit(spec(1))
    wait_for(lambda: running(queue))
    shelf.drain(f"fake-{first.pid}")
    queue.submit(spec(2, kappa=2))
    wait_for(lambda: record(queue).state == "finished")
    wait_for(lambda: shelf.workers()[0].is_drained)
    assert record(queue, spec(2, kappa=2).id).state == "queued"
    start()
    wait_for(lambda: record(queue, spec(2, kappa=2).id).state == "finished")
    assert first.poll() is None


def test_a_batch_gives_way_to_somebody_who_waits(start: Start, queue: JobQueue) -> None:
    start(pause=0.4)
    queue.submit(spec(1), priority="batch")
    wait_for(lambda: running(queue))
    queue.submit(spec(2))
    wait_for(lambda: record(queue, spec(2).id).state == "finished")
    wait_for(lambda: record(queue).state == "finished")
    assert record(queue).attempts == 1
    ends = [event.id for event in Events(queue.connection).after(START) if event.kind == "finished"]
    assert ends == [spec(2).id, ID]


def test_an_analysis_gives_way_to_somebody_who_waits_and_is_canceled_at_a_clip(start: Start, queue: JobQueue) -> None:
    start(pause=0.4)
    identity = analysis().id
    queue.submit(analysis(), priority="batch")
    wait_for(lambda: running(queue, identity))
    queue.submit(spec(2))
    wait_for(lambda: record(queue, spec(2).id).state == "finished")
    assert record(queue, identity).state in ("queued", "running")
    wait_for(lambda: running(queue, identity))
    queue.cancel(identity)
    wait_for(lambda: record(queue, identity).state == "canceled")
    wait_for(lambda: endings(queue, identity) == ["canceled"])
    assert record(queue, identity).attempts == 1


@pytest.fixture
def at_hand(queue: JobQueue, store: Store, monkeypatch: pytest.MonkeyPatch) -> tuple[WarmWorker, list[float]]:
    """A worker in this process, and its clock, which it alone moves by sleeping; how long each time comes behind."""
    clock = [0.0]

    def sleep(seconds: float) -> None:
        clock[0] += seconds
        clock.append(seconds)

    monkeypatch.setattr("worker.process.time", SimpleNamespace(monotonic=lambda: clock[0], sleep=sleep, time=time.time))
    connection = queue.connection
    services = Services(queue, store, Events(connection), ProgressBoard(connection), "near")
    return WarmWorker(services=services, engine=FakeEngine(), shelf=Shelf(connection), device="cpu"), clock


@pytest.mark.parametrize(("takes", "rests"), [(0.001, 0.05), (0.03, 0.3), (5.0, 1.0)])
def test_an_idle_worker_rests_the_longer_the_longer_it_has_looked(
    at_hand: tuple[WarmWorker, list[float]], monkeypatch: pytest.MonkeyPatch, takes: float, rests: float
) -> None:
    worker, clock = at_hand
    looks = []

    def look(_met: object) -> None:
        clock[0] += takes
        looks.append(takes)
        worker._stop_requested = len(looks) == 3

    monkeypatch.setattr(worker.services.queue, "take", look)
    with pytest.raises(StopRequested):
        worker.dequeue_job_and_maintain_ttl(60)
    assert clock[1:] == pytest.approx([rests] * 3)


def test_what_nobody_comes_back_for_is_removed_every_hour(
    at_hand: tuple[WarmWorker, list[float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, clock = at_hand
    monkeypatch.setattr(worker.services.queue, "take", lambda _met: None)
    tidied = []
    for minutes in range(0, 150, 10):
        clock[0] = 60.0 * minutes + 1
        worker.dequeue_job_and_maintain_ttl(None)
        tidied.append(worker.engine.tidied)
    assert tidied == [0] * 6 + [1] * 6 + [2] * 3


def test_whether_somebody_waits_is_not_asked_at_every_step(
    at_hand: tuple[WarmWorker, list[float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, clock = at_hand
    asked, waits = [], [False]
    monkeypatch.setattr(worker.services.queue, "somebody_waits", lambda _met: asked.append(clock[0]) or waits[0])
    worker.current = SimpleNamespace(origin="batch")

    def steps(count: int) -> list[bool]:
        said = []
        for _ in range(count):
            clock[0] += 0.01
            said.append(worker._is_to_stop(0.1))
        return said

    assert not any(steps(100))
    assert len(asked) == pytest.approx(10, abs=1)
    waits[0] = True
    assert not any(steps(50))
    assert steps(20)[-1]
    waits[0] = False
    assert not steps(20)[-1]


def test_a_worker_that_lost_its_lease_goes(start: Start, queue: JobQueue) -> None:
    worker = start(pause=60)
    queue.submit(spec(1))
    wait_for(lambda: running(queue))
    registry = queue.queues["interactive"].started_job_registry
    wait_for(lambda: queue.connection.zcard(registry.key))
    queue.connection.delete(registry.key)
    assert worker.wait(60) == 70


def test_a_storm_of_kills_loses_no_job(start: Start, queue: JobQueue, store: Store) -> None:
    specs = [spec(unit, seed=seed) for unit in range(8) for seed in range(2)]
    for each in specs:
        queue.submit(each, priority="batch")
    sweeper = Reaper(queue, Events(queue.connection), Shelf(queue.connection))
    for kill_after in (0.3, 0.9, 1.4):
        worker = start(pause=0.05)
        wait_for(lambda: Shelf(queue.connection).workers())
        time.sleep(kill_after)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        abandon(queue)
        sweeper.sweep()
    start()
    wait_for(lambda: all(store.has(each.id) for each in specs), seconds=120)
    wait_for(lambda: all(endings(queue, each.id) == ["finished"] for each in specs))


def test_after_two_kills_no_more_is_begun_again_than_was_in_hand(start: Start, queue: JobQueue, store: Store) -> None:
    specs = [spec(unit, seed=seed) for unit in range(8) for seed in range(3)]
    for each in specs:
        queue.submit(each, priority="batch")
    sweeper = Reaper(queue, Events(queue.connection), Shelf(queue.connection))
    for done in (4, 12):
        worker = start(pause=0.02)
        wait_for(lambda: len(store.results([each.id for each in specs])) >= done)  # noqa: B023 -- waited for at once
        worker.kill()
        worker.wait()
        abandon(queue)
        sweeper.sweep()
    start()
    wait_for(lambda: all(store.has(each.id) for each in specs), seconds=120)
    begun = [event.id for event in Events(queue.connection).after(START) if event.kind == "started"]
    assert len(begun) - len(set(begun)) <= 2 * FakeEngine().batch


def test_a_stop_that_a_users_file_swallows_is_remembered(
    queue: JobQueue, store: Store, queue_server: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = Services(
        queue=queue, store=store, events=Events(queue_server), board=ProgressBoard(queue_server), worker="w"
    )
    worker = WarmWorker(services=services, engine=FakeEngine(), shelf=Shelf(queue_server), device="cpu")

    def swallow() -> None:
        with contextlib.suppress(Exception):
            worker._shutdown()

    monkeypatch.setattr(worker, "_idle_round", swallow)
    with pytest.raises(StopRequested):
        worker.dequeue_job_and_maintain_ttl(10)


@pytest.mark.parametrize("ahead", [3600, -3600])
def test_a_lease_follows_the_clock_of_the_server(
    queue: JobQueue, picture_server: Redis, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    monkeypatch.setattr("rq.executions.current_timestamp", lambda: int(time.time()) + ahead)
    monkeypatch.setattr("rq.registry.current_timestamp", lambda: int(time.time()) + ahead)
    leases: list[float] = []

    class Looking(FakeEngine):
        def preview(self, model, step, member):
            for renew in (False, True):
                if renew:
                    assert worker._renew()
                key = queue.queues["interactive"].started_job_registry.key
                leases.extend(until for _, until in queue.connection.zrange(key, 0, -1, withscores=True))
            return super().preview(model, step, member)

    shelf, events, board = Shelf(queue.connection), Events(queue.connection), ProgressBoard(queue.connection)
    services = Services(queue=queue, store=Store(picture_server), events=events, board=board, worker="w")
    queue.submit(spec(1))
    worker = WarmWorker(services=services, engine=Looking(), shelf=shelf, device="cpu")
    worker._install_signal_handlers = lambda: None  # type: ignore[method-assign]
    worker.work(burst=True, logging_level="ERROR")
    now = queue.connection.time()[0]
    assert len(leases) >= 2
    assert all(abs(until - now) < 600 for until in leases)
