import functools
import socket
import threading

import pytest

from cli.__main__ import main
from cli.worker import announce, build, drain
from contract import needs, reach
from contract.queue import JobQueue
from contract.settings import Settings
from contract.shelf import Shelf, WorkerCard
from contract.store import Store
from tests.conftest import wait_for
from tests.fakes import CARD, FakeEngine, spec


@pytest.fixture
def settings(tmp_path, queue_url, picture_url):
    return Settings(data=tmp_path, redis_url=queue_url, cache_url=picture_url)


def test_without_a_queue_the_user_is_told_what_to_do(monkeypatch, capsys):
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert main(["worker", "--device", "cpu"]) == 2
    assert "REDIS_URL" in capsys.readouterr().err


def test_workers_of_one_machine_have_names_of_their_own_and_are_seen_before_they_are_ready(queue_server):
    shelf = Shelf(queue_server)
    names = [announce(shelf, "cuda:1") for _ in range(3)]
    assert len(set(names)) == 3
    assert all("-cuda1-" in name for name in names)
    assert {(each.state, each.models) for each in shelf.workers()} == {("starting", ())}
    assert needs.unmet(spec(1), shelf.workers()) == "A worker is starting."


def test_it_publishes_its_models_and_does_what_waits(settings, queue_server, picture_server):
    queue = JobQueue(queue_server)
    queue.submit(spec(3))
    worker = build(settings, engine=FakeEngine(), device="cpu", name=announce(Shelf(queue_server), "cpu"))
    assert worker.presence.card.state == "starting"
    worker._install_signal_handlers = lambda: None
    worker.work(burst=True, logging_level="ERROR")
    assert Shelf(queue_server).card("tiny") == CARD
    assert Store(picture_server).has(spec(3).id)
    card = worker.presence.card
    assert (card.models, card.host, card.state) == (("tiny",), socket.gethostname(), "idle")
    assert queue.records([spec(3).id])[spec(3).id].worker == worker.name


def test_a_server_that_cannot_be_reached_is_named_and_the_password_is_not(monkeypatch, capsys):
    monkeypatch.setattr("cli.worker.reach.check", functools.partial(reach.check, patience=0.0))
    monkeypatch.setenv("REDIS_URL", "redis://:secret@127.0.0.1:1/0")
    assert main(["worker", "--device", "cpu"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("REDIS_URL: 127.0.0.1:1 refuses connections")
    assert "secret" not in said


def test_draining_waits_for_the_workers_of_this_host_and_for_no_other(queue_server, capsys):
    shelf = Shelf(queue_server)
    mine = WorkerCard(name="mine", device="cpu", host="here", state="busy", job=spec(1).id)
    shelf.check_in(mine)
    shelf.check_in(WorkerCard(name="yours", device="cpu", host="there"))
    done = threading.Event()
    threading.Thread(target=lambda: (drain(shelf, "here", every=0.01), done.set()), daemon=True).start()
    wait_for(lambda: shelf.is_to_drain("mine"))
    shelf.check_in(mine.model_copy(update={"draining": True}))
    assert not done.wait(0.1), "it is still at work"
    shelf.check_in(mine.model_copy(update={"draining": True, "job": None, "state": "idle"}))
    assert done.wait(30)
    assert not shelf.is_to_drain("yours")
    assert "Still at work: mine" in capsys.readouterr().out


def test_one_that_is_started_again_under_another_name_is_drained_as_well(queue_server, capsys):
    shelf = Shelf(queue_server)
    shelf.check_in(WorkerCard(name="first", device="cpu", host="here", state="busy", job=spec(1).id))
    done = threading.Event()
    threading.Thread(target=lambda: (drain(shelf, "here", every=0.01), done.set()), daemon=True).start()
    wait_for(lambda: shelf.is_to_drain("first"))
    again = WorkerCard(name="second", device="cpu", host="here")
    shelf.check_in(again)
    shelf.check_out("first")
    wait_for(lambda: shelf.is_to_drain("second"))
    assert not done.is_set(), "it may have taken a job"
    shelf.check_in(again.model_copy(update={"draining": True}))
    assert done.wait(30)
    assert "first, second: done" in capsys.readouterr().out


def test_one_that_leaves_while_it_is_asked_is_no_matter(queue_server):
    class Leaving(Shelf):
        def drain(self, name):
            self.check_out(name)
            super().drain(name)

    shelf = Leaving(queue_server)
    shelf.check_in(WorkerCard(name="a", device="cpu", host="here"))
    assert drain(shelf, "here", every=0.01) == 0


def test_whether_a_worker_of_this_host_is_alive(queue_server, queue_url, picture_url, monkeypatch):
    monkeypatch.setenv("REDIS_URL", queue_url)
    monkeypatch.setenv("CACHE_URL", picture_url)
    Shelf(queue_server).check_in(WorkerCard(name="a", device="cpu", host="elsewhere"))
    assert main(["worker", "--alive"]) == 1
    mine = WorkerCard(name="b", device="cpu", host=socket.gethostname(), state="starting")
    Shelf(queue_server).check_in(mine)
    assert main(["worker", "--alive"]) == 1, "one that dies at its start again and again is not well"
    Shelf(queue_server).check_in(mine.model_copy(update={"state": "idle"}))
    assert main(["worker", "--alive"]) == 0


def test_there_is_nothing_to_drain_on_a_host_without_workers(queue_server, capsys):
    assert drain(Shelf(queue_server), "nowhere") == 1
    assert "nowhere" in capsys.readouterr().err
