from __future__ import annotations

import pytest
from redis import Redis

from backend.order import Order
from contract.store import Store
from tests.backend.exports.conftest import MOTION, result
from tests.fakes import CARD

CONV1 = CARD.layer("conv1")  # 8 units, of which 5 is dead


@pytest.fixture
def order(picture_server: Redis) -> Order:
    store = Store(picture_server)
    for unit, slow, fast, peak in ((1, 1.0, 4.0, 9.0), (2, 3.0, 3.0, 2.0), (6, 2.0, 1.0, 5.0)):
        for chi, reached in ((10.0, slow), (0.0, fast)):
            made = result(unit, chi=chi)
            streams = (MOTION.model_copy(update={"peak": peak}),)
            store.put(made.model_copy(update={"normalized": reached, "streams": streams}), {})
    store.put(result(3, chi=10.0), {})  # half computed
    return Order(store)


def ordered(order: Order, sort: str = "unit", which: str = "all", seed: int = 0) -> list[int]:
    return list(order.of(CARD, CONV1, sort=sort, which=which, seed=seed))


@pytest.mark.parametrize(
    ("sort", "first"), [("slow", [2, 6, 3, 1]), ("fast", [1, 2, 6]), ("ratio", [6, 2, 1]), ("speed", [1, 6, 2])]
)
def test_sorted_falling_and_the_rest_last_by_number(order, sort, first):
    numbers = ordered(order, sort)
    assert numbers[: len(first)] == first
    assert numbers[len(first) :] == sorted(numbers[len(first) :])
    assert sorted(numbers) == list(range(8))


@pytest.mark.parametrize(
    ("which", "numbers"), [("ready", [1, 2, 6]), ("missing", [0, 3, 4, 7]), ("dead", [5]), ("all", list(range(8)))]
)
def test_chosen(order, which, numbers):
    assert ordered(order, which=which) == numbers


def test_other_seeds_are_other_results(order):
    assert ordered(order, which="ready", seed=3) == []


def test_new_results_are_seen_and_known_ones_not_read_again(order, picture_server):
    assert 0 not in ordered(order, which="ready")
    store = Store(picture_server)
    store.put(result(0, chi=10.0), {})
    store.put(result(0, chi=0.0), {})
    assert ordered(order, which="ready") == [0, 1, 2, 6]
    picture_server.flushall()
    assert ordered(order, which="ready") == [0, 1, 2, 6]
