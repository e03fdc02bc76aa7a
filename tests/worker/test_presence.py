from collections.abc import Callable

import pytest
from redis import Redis

from contract.events import START, Events
from contract.shelf import Shelf, WorkerCard
from tests.fakes import CARD, FakeEngine, spec
from worker.offer import Offer
from worker.presence import Presence

CARD_OF_W = WorkerCard(name="w", device="cpu")


@pytest.fixture
def shelf(queue_server: Redis) -> Shelf:
    return Shelf(queue_server)


@pytest.fixture
def told(queue_server: Redis) -> Callable[[], int]:
    """How often those who look were told to look again."""
    return lambda: sum(event.kind == "workers" for event in Events(queue_server).after(START))


def test_models_are_seen_and_told_of_once(shelf: Shelf, queue_server: Redis, told: Callable[[], int]) -> None:
    presence = Presence(CARD_OF_W, shelf, Events(queue_server), offer=Offer(FakeEngine(), shelf))
    presence.update()
    presence.update()
    (card,) = shelf.workers()
    assert (card.models, card.fingerprints) == (("tiny",), {"tiny": CARD.fingerprint})
    assert told() == 1
    assert f"model tiny {spec(1).fingerprint}" in (presence.met() or ())


def test_without_an_offer_any_job_is_taken(shelf: Shelf, queue_server: Redis) -> None:
    presence = Presence(CARD_OF_W, shelf, Events(queue_server))
    presence.update()
    assert presence.met() is None
    assert not presence.is_coming


def test_a_folder_that_becomes_the_servers_is_noticed(shelf: Shelf, queue_server: Redis) -> None:
    home = [False]
    presence = Presence(CARD_OF_W, shelf, Events(queue_server), at_home=lambda: home[0])
    presence.update()
    assert not presence.card.at_home
    home[0] = True
    presence.update()
    assert shelf.workers()[0].at_home


def test_what_it_is_on_and_what_it_did_is_seen(shelf: Shelf, queue_server: Redis, told: Callable[[], int]) -> None:
    presence = Presence(
        CARD_OF_W, shelf, Events(queue_server), memory=lambda: (40, 100), tally={"units": 7, "unit_seconds": 2.5}
    )
    presence.busy(spec(1).id)
    (card,) = shelf.workers()
    assert (card.state, card.job, card.memory_used, card.memory) == ("busy", spec(1).id, 40, 100)
    assert (card.units, card.unit_seconds) == (7, 2.5)
    presence.busy(None)
    assert shelf.workers()[0].state == "idle"
    presence.leave()
    assert shelf.workers() == []
    assert told() == 3


def test_one_that_is_to_drain_takes_no_more_and_says_so_once(
    shelf: Shelf, queue_server: Redis, told: Callable[[], int]
) -> None:
    presence = Presence(CARD_OF_W, shelf, Events(queue_server))
    presence.busy(spec(1).id)
    assert presence.takes_jobs()
    shelf.drain("w")
    assert not presence.takes_jobs()
    assert not presence.takes_jobs()
    assert not shelf.workers()[0].is_drained
    presence.busy(None)
    assert shelf.workers()[0].is_drained
    assert told() == 3
    shelf.resume("w")
    assert presence.takes_jobs()
    assert not shelf.workers()[0].draining
    assert told() == 4
