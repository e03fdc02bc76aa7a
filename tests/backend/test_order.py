from __future__ import annotations

from pathlib import Path

import pytest
from redis import Redis

from backend.indexes import Indexes
from backend.order import Choice, Order
from contract.archive import Archive
from contract.errors import NoFindings, UnknownIndex
from contract.findings import Balance, Tuning, UnitFindings
from contract.store import Store
from tests.backend.analysed import overview
from tests.backend.exports.conftest import MOTION, result
from tests.fakes import CARD

CONV1 = CARD.layer("conv1")  # 8 units, of which 5 is dead


@pytest.fixture
def order(picture_server: Redis, tmp_path: Path) -> Order:
    store = Store(picture_server)
    for unit, slow, fast, peak in ((1, 1.0, 4.0, 9.0), (2, 3.0, 3.0, 2.0), (6, 2.0, 1.0, 5.0)):
        for chi, reached in ((10.0, slow), (0.0, fast)):
            made = result(unit, chi=chi)
            streams = (MOTION.model_copy(update={"peak": peak}),)
            store.put(made.model_copy(update={"normalized": reached, "streams": streams}), {})
    store.put(result(3, chi=10.0), {})  # half computed
    return Order(store, Indexes(tmp_path))


def ordered(order: Order, sort: str = "unit", **choice) -> list[int]:
    return list(order.of(CARD, CONV1, Choice(sort=sort, **choice)))


@pytest.mark.parametrize(
    ("sort", "first"), [("slow", [2, 6, 3, 1]), ("fast", [1, 2, 6]), ("ratio", [6, 2, 1]), ("speed", [1, 6, 2])]
)
def test_sorted_falling_and_the_rest_last_by_number(order, sort, first):
    numbers = ordered(order, sort)
    assert numbers[: len(first)] == first
    assert numbers[len(first) :] == sorted(numbers[len(first) :])
    assert sorted(numbers) == list(range(8))


@pytest.mark.parametrize(
    ("which", "numbers"),
    [
        ("pictured", [1, 2, 3, 6]),
        ("complete", [1, 2, 6]),
        ("missing", [0, 3, 4, 7]),
        ("none", [0, 4, 7]),
        ("dead", [5]),
        ("all", list(range(8))),
    ],
)
def test_chosen(order, which, numbers):
    assert ordered(order, which=which) == numbers


def test_other_seeds_are_other_results(order):
    assert ordered(order, which="complete", seed=3) == []


def test_new_results_are_seen_and_known_ones_not_read_again(order, picture_server):
    assert 0 not in ordered(order, which="complete")
    store = Store(picture_server)
    store.put(result(0, chi=10.0), {})
    store.put(result(0, chi=0.0), {})
    assert ordered(order, which="complete") == [0, 1, 2, 6]
    picture_server.flushall()
    assert ordered(order, which="complete") == [0, 1, 2, 6]


def found(number: int) -> UnitFindings:
    """The larger the number, the more selective and the less joint; the first has no other figures."""
    share, speeds = 0.5 - number / 20, {"speeds": (1.0, 2.0), "response": (1.0, 0.5)}
    return UnitFindings(
        unit=number,
        maximum=1.0,
        selectivity=number / 10,
        profile=(),
        contribution=(),
        balance=Balance(shares={"a": share, "b": 0.5}, interaction=0.5 - share, joint=True) if number else None,
        tuning=Tuning(**speeds, invariance=abs(4 - number) / 8) if number else None,
    )


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("selectivity", [7, 6, 5, 4, 3, 2, 1, 0]),
        ("joint", [1, 2, 3, 4, 5, 6, 7, 0]),
        ("interaction", [7, 6, 5, 4, 3, 2, 1, 0]),
        ("invariance", [1, 7, 2, 6, 3, 5, 4, 0]),
    ],
)
def test_sorted_by_what_clips_say(order, tmp_path, sort, first):
    analyse(tmp_path)
    assert ordered(order, sort) == first
    assert ordered(order, sort, which="dead") == [5]
    assert ordered(order, sort, which="complete") == [number for number in first if number in (1, 2, 6)]


def test_rising_has_what_lacks_the_figure_last_as_well(order, tmp_path):
    analyse(tmp_path)
    assert ordered(order, "invariance", rising=True) == [4, 3, 5, 2, 6, 1, 7, 0]
    assert ordered(order, "slow", rising=True)[:4] == [1, 3, 6, 2]
    assert ordered(order, rising=True) == [7, 6, 5, 4, 3, 2, 1, 0]


def test_only_units_whose_index_lies_within(order, tmp_path):
    analyse(tmp_path)
    assert ordered(order, index="selectivity", least=0.2, most=0.4) == [2, 3, 4]
    assert ordered(order, index="invariance", least=-1) == [1, 2, 3, 4, 5, 6, 7]  # the first has no such figure
    assert ordered(order, "selectivity", index="invariance", most=0.2) == [5, 4, 3]
    assert ordered(order, index="selectivity", most=0.2, which="complete") == [1, 2]
    assert ordered(order, index="slow", least=2.0) == [2, 6]
    assert ordered(order, "unit", index="speed", most=5.0) == [2, 6]


def test_the_figure_is_that_of_the_sort_else_of_the_filter(order, tmp_path):
    analyse(tmp_path)
    figures = order.figures(CARD, CONV1, Choice(sort="selectivity", index="invariance"))
    assert figures == pytest.approx([n / 10 for n in range(8)])
    assert order.figures(CARD, CONV1, Choice(sort="slow", index="invariance"))[:3] == (None, 3 / 8, 2 / 8)
    assert order.figures(CARD, CONV1, Choice(sort="slow")) is None


def test_an_analysis_that_was_not_made_cannot_sort(order):
    with pytest.raises(NoFindings):
        ordered(order, "selectivity")


def test_an_unknown_sort_is_told_the_nearest(order, tmp_path):
    with pytest.raises(UnknownIndex) as refused:
        ordered(order, "sloww")
    assert refused.value.did_you_mean[0] == "slow"
    analyse(tmp_path)
    with pytest.raises(UnknownIndex) as refused:
        ordered(order, index="selectivty")
    assert refused.value.did_you_mean[0] == "selectivity"


def analyse(data: Path) -> None:
    archive = Archive(data, CARD.fingerprint)
    archive.put_layer("conv1", [found(number) for number in range(8)])
    archive.put_overview(overview(CARD.fingerprint))
