import json
from pathlib import Path

import pytest
from redis import Redis

from contract.errors import UnknownModel, UnknownWorker
from contract.shelf import CARDS, WORKER, Shelf, WorkerCard
from tests.fakes import CARD


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    path = tmp_path / "card.json"
    path.write_text(CARD.model_copy(update={"name": "demo"}).model_dump_json())
    return path


def test_the_shipped_card_is_there_before_any_worker(queue_server: Redis, demo: Path) -> None:
    assert list(Shelf(queue_server, demo).cards()) == ["demo"]


def test_a_missing_card_file_is_just_not_there(queue_server: Redis, tmp_path: Path) -> None:
    assert Shelf(queue_server, tmp_path / "none.json").cards() == {}


def test_a_published_card_is_seen_by_all_at_once(queue_server: Redis, demo: Path) -> None:
    server, worker = Shelf(queue_server, demo), Shelf(queue_server)
    server.cards()
    worker.publish(CARD)
    assert sorted(server.cards()) == ["demo", "tiny"]
    assert server.card("tiny") == CARD
    worker.withdraw("tiny")
    assert sorted(server.cards()) == ["demo"]


def test_a_published_card_replaces_the_shipped_one(queue_server: Redis, demo: Path) -> None:
    shelf = Shelf(queue_server, demo)
    shelf.publish(CARD.model_copy(update={"name": "demo", "title": "Retrained"}))
    assert shelf.card("demo").title == "Retrained"


def test_an_unknown_model_names_the_known_ones(queue_server: Redis, demo: Path) -> None:
    with pytest.raises(UnknownModel) as error:
        Shelf(queue_server, demo).card("dmeo")
    assert error.value.allowed == ["demo"]
    assert error.value.did_you_mean == ["demo"]


def test_a_card_of_another_version_is_passed_over(queue_server: Redis) -> None:
    queue_server.hset(CARDS, "old", '{"name": "old"}')
    assert Shelf(queue_server).cards() == {}


def test_workers_are_alive_while_their_lease_lasts(queue_server: Redis) -> None:
    shelf = Shelf(queue_server)
    a, b = WorkerCard(name="a", device="cpu"), WorkerCard(name="b", device="cuda:0", models=("tiny",))
    shelf.check_in(b)
    shelf.check_in(a)
    assert shelf.workers() == [a, b]
    assert 0 < queue_server.ttl(WORKER + "a") <= 20
    queue_server.delete(WORKER + "a")
    assert shelf.workers() == [b]
    assert shelf.bury() == ["a"]
    shelf.check_out("b")
    assert shelf.workers() == []


def test_a_worker_is_asked_to_take_no_more(queue_server: Redis) -> None:
    shelf = Shelf(queue_server)
    shelf.check_in(WorkerCard(name="a", device="cpu"))
    assert not shelf.is_to_drain("a")
    shelf.drain("a")
    assert shelf.is_to_drain("a")
    with pytest.raises(UnknownWorker) as error:
        shelf.drain("b")
    assert error.value.allowed == ["a"]
    shelf.check_out("a")
    assert not shelf.is_to_drain("a")


def test_a_worker_of_another_version_hides_no_others(queue_server: Redis) -> None:
    shelf = Shelf(queue_server)
    a, newer = (WorkerCard(name=name, device="cpu") for name in ("a", "newer"))
    shelf.check_in(a)
    shelf.check_in(newer)
    queue_server.set(WORKER + "newer", json.dumps({**newer.model_dump(), "temperature": 60}))
    assert shelf.workers() == [a]
    assert shelf.bury() == []
