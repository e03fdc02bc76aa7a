import threading
from dataclasses import dataclass, field

import pytest
from redis import Redis

from contract.catalogue import ModelCard
from contract.errors import ModelProblem
from contract.shelf import Shelf, WorkerCard
from tests.conftest import wait_for
from tests.fakes import CARD
from worker.offer import Offer


@dataclass
class Models:
    """Models by name; an exception is one that cannot be built."""

    known: dict[str, str | Exception]
    stamps: dict[str, float] = field(default_factory=dict)
    built: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    def names(self) -> list[str]:
        return list(self.known)

    def card(self, name: str) -> ModelCard:
        self.built.append(name)
        title = self.known[name]
        if isinstance(title, Exception):
            raise title
        return CARD.model_copy(update={"name": name, "title": title})

    def stamp(self, name: str) -> float:
        return self.stamps.get(name, 0.0)

    def forget(self, name: str) -> None:
        self.forgotten.append(name)


@pytest.fixture
def shelf(queue_server: Redis) -> Shelf:
    return Shelf(queue_server)


def test_models_are_published_one_after_the_other_and_once(shelf: Shelf) -> None:
    models = Models({"a": "A", "b": "B"})
    offer = Offer(models, shelf)
    assert [list(offer()) for _ in range(3)] == [["a"], ["a", "b"], ["a", "b"]]
    assert offer() == dict.fromkeys(["a", "b"], CARD.fingerprint)
    assert models.built == ["a", "b"]
    assert sorted(shelf.cards()) == ["a", "b"]


@pytest.mark.parametrize("error", [ModelProblem("no weights"), RuntimeError("boom"), FileNotFoundError("x")])
def test_one_that_cannot_be_built_does_not_harm_the_others(shelf: Shelf, error: Exception) -> None:
    models = Models({"bad": error, "good": "Good"})
    offer = Offer(models, shelf)
    assert [list(offer()) for _ in range(3)] == [[], ["good"], ["good"]]
    assert models.built == ["bad", "good"]


def test_a_changed_model_is_published_anew(shelf: Shelf) -> None:
    models = Models({"a": "Old"})
    offer = Offer(models, shelf)
    offer()
    models.known["a"] = "New"
    models.stamps["a"] = 1.0
    assert list(offer()) == ["a"]
    assert models.forgotten == ["a"]
    assert shelf.card("a").title == "New"


def test_a_mended_model_is_tried_again(shelf: Shelf) -> None:
    models = Models({"a": ModelProblem("no weights")})
    offer = Offer(models, shelf)
    assert offer() == {}
    models.known["a"] = "A"
    models.stamps["a"] = 1.0
    assert list(offer()) == ["a"]


def test_a_removed_model_is_withdrawn(shelf: Shelf) -> None:
    models = Models({"a": "A"})
    offer = Offer(models, shelf)
    offer()
    del models.known["a"]
    assert offer() == {}
    assert shelf.cards() == {}


def test_a_card_that_takes_long_holds_nobody_up(shelf: Shelf) -> None:
    gate = threading.Event()

    class Slow(Models):
        def card(self, name: str) -> ModelCard:
            gate.wait(30)
            return super().card(name)

    offer = Offer(Slow({"a": "A"}), shelf, patience=0.01)
    assert [offer(), offer()] == [{}, {}]
    assert offer.is_coming
    gate.set()
    wait_for(lambda: list(offer()) == ["a"])
    assert not offer.is_coming


def test_a_model_that_changed_is_not_to_be_had_until_its_new_card_is_there(shelf: Shelf) -> None:
    gate = threading.Event()
    gate.set()

    class Slow(Models):
        def card(self, name: str) -> ModelCard:
            gate.wait(30)
            return super().card(name)

    models = Slow({"a": "Old"})
    offer = Offer(models, shelf, patience=0.01)
    wait_for(lambda: list(offer()) == ["a"])
    gate.clear()
    models.stamps["a"] = 1.0
    assert offer() == {}
    gate.set()
    wait_for(lambda: list(offer()) == ["a"])


class Another(Models):
    """Another network of the same name."""

    def card(self, name: str) -> ModelCard:
        return super().card(name).model_copy(update={"fingerprint": "f" * 16})


def test_of_two_networks_of_one_name_the_last_counts_while_somebody_has_it(shelf: Shelf) -> None:
    ours, theirs = Offer(Models({"a": "Ours"}), shelf), Offer(Another({"a": "Theirs"}), shelf)
    ours()
    shelf.check_in(WorkerCard(name="them", device="cpu", fingerprints=theirs()))
    ours()
    assert shelf.card("a").title == "Theirs"
    shelf.check_out("them")
    ours()
    assert shelf.card("a").title == "Ours"


@pytest.mark.parametrize("other", [Models, Another])
def test_a_removed_model_that_another_worker_has_stays(shelf: Shelf, other: type[Models]) -> None:
    models = Models({"a": "Ours"})
    ours, theirs = Offer(models, shelf), Offer(other({"a": "Theirs"}), shelf)
    shelf.check_in(WorkerCard(name="us", device="cpu", fingerprints=ours()))
    shelf.check_in(WorkerCard(name="them", device="cpu", fingerprints=theirs()))
    del models.known["a"]
    shelf.check_in(WorkerCard(name="us", device="cpu", fingerprints=ours()))
    assert shelf.card("a").title == "Theirs"


def test_the_last_worker_that_has_a_model_withdraws_it(shelf: Shelf) -> None:
    both = [Models({"a": "A"}), Models({"a": "A"})]
    offers = [Offer(models, shelf) for models in both]
    for number, offer in enumerate(offers):
        shelf.check_in(WorkerCard(name=f"worker {number}", device="cpu", fingerprints=offer()))
    for number, (models, offer) in enumerate(zip(both, offers, strict=True)):
        assert "a" in shelf.cards()
        del models.known["a"]
        shelf.check_in(WorkerCard(name=f"worker {number}", device="cpu", fingerprints=offer()))
    assert shelf.cards() == {}


def test_what_another_worker_took_off_the_shelf_comes_back(shelf: Shelf) -> None:
    ours = Offer(Models({"a": "Ours"}), shelf)
    ours()
    shelf.withdraw("a")
    ours()
    assert shelf.card("a").title == "Ours"
