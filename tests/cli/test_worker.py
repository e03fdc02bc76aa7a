import pytest

from cli.__main__ import main
from cli.worker import build
from contract.queue import JobQueue
from contract.settings import Settings
from contract.shelf import Shelf
from contract.store import Store
from tests.fakes import CARD, FakeEngine, spec


@pytest.fixture
def settings(tmp_path, queue_url, picture_url):
    return Settings(data=tmp_path, redis_url=queue_url, cache_url=picture_url)


def test_without_a_queue_the_user_is_told_what_to_do(monkeypatch, capsys):
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert main(["worker", "--device", "cpu"]) == 2
    assert "REDIS_URL" in capsys.readouterr().err


def test_workers_of_one_machine_have_names_of_their_own(settings):
    names = [build(settings, engine=FakeEngine(), device="cuda:1").name for _ in range(3)]
    assert len(set(names)) == 3
    assert all("-cuda1-" in name for name in names)


def test_it_publishes_its_models_and_does_what_waits(settings, queue_server, picture_server):
    queue = JobQueue(queue_server)
    queue.submit(spec(3))
    worker = build(settings, engine=FakeEngine(), device="cpu")
    worker._install_signal_handlers = lambda: None
    worker.work(burst=True, logging_level="ERROR")
    assert Shelf(queue_server).card("tiny") == CARD
    assert Store(picture_server).has(spec(3).id)
    assert worker.memory() == (40, 100)
    assert queue.records([spec(3).id])[spec(3).id].worker == worker.name
