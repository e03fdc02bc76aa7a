import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis

from backend import filer as module
from backend.desk import Desk
from backend.filer import Filer
from backend.room import Room
from contract.coverage import Coverage
from contract.events import Events
from contract.progress import ProgressBoard
from contract.queue import JobQueue
from contract.reaper import Reaper
from contract.shelf import Shelf
from contract.store import Store
from tests.conftest import wait_for
from tests.fakes import CARD, result, spec


@pytest.fixture
def desk(queue_server: Redis, picture_server: Redis, tmp_path: Path) -> Desk:
    return Desk(
        store=Store(picture_server, tmp_path),
        queue=JobQueue(queue_server),
        events=Events(queue_server),
        board=ProgressBoard(queue_server),
        shelf=Shelf(queue_server),
        room=Room(tmp_path, 0),
    )


@pytest.fixture
def filer(desk: Desk, queue_server: Redis) -> Filer:
    reaper = Reaper(desk.queue, desk.events, Shelf(queue_server))
    return Filer(desk, coverage=Coverage(queue_server), reaper=reaper)


def hand_over(desk: Desk, picture_server: Redis) -> None:
    Store(picture_server).put(result(spec(1)), {"motion.webp": b"strip"})
    desk.queue.hand_over(spec(1).id)


def test_what_is_handed_over_is_filed_and_counted(
    filer: Filer, desk: Desk, queue_server: Redis, picture_server: Redis
) -> None:
    hand_over(desk, picture_server)
    filer.round()
    assert desk.queue.handed_over() == []
    picture_server.flushall()
    assert desk.store.has(spec(1).id)
    assert Coverage(queue_server).of(CARD)["conv1"]["slow"] == 1


def test_a_lost_result_is_waited_for_until_its_job_has_ended(filer: Filer, desk: Desk) -> None:
    desk.queue.submit(spec(1))
    desk.queue.hand_over(spec(1).id)
    filer.round()
    assert desk.queue.handed_over() == [spec(1).id]
    desk.queue.take()
    desk.queue.connection.hset(f"rq:job:{spec(1).id}", "status", "finished")
    filer.round()
    assert desk.queue.positions() == {spec(1).id: 1}
    desk.queue.cancel(spec(1).id)
    filer.round()
    assert desk.queue.handed_over() == []


def test_the_files_are_counted_where_the_queue_is_new(
    filer: Filer, desk: Desk, queue_server: Redis, picture_server: Redis
) -> None:
    hand_over(desk, picture_server)
    filer.round()
    queue_server.flushall()
    filer.build_coverage()
    assert Coverage(queue_server).of(CARD)["conv1"]["slow"] == 1


def test_a_full_disk_is_said_and_nothing_is_lost(
    filer: Filer, desk: Desk, picture_server: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    write: Callable[..., None] = Store._write

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "PAUSE_IN_TROUBLE", 0.05)
    monkeypatch.setattr(Store, "_write", full)
    hand_over(desk, picture_server)
    filer.start()
    wait_for(lambda: "No space left" in filer.trouble)
    assert desk.queue.handed_over() == [spec(1).id]
    assert desk.look([spec(1)])[0].state == "finished"
    monkeypatch.setattr(Store, "_write", write)
    wait_for(lambda: filer.trouble == "" and desk.queue.handed_over() == [])
    filer.stop()
    picture_server.flushall()
    assert desk.store.has(spec(1).id)
