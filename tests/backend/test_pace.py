from __future__ import annotations

from pathlib import Path

import pytest
from redis import Redis

from backend.pace import SAMPLE, Pace
from contract.coverage import Coverage
from contract.result import Result
from contract.store import Store
from tests.fakes import CARD, result, spec

PATHS = [layer.path for layer in CARD.layers]


class Made:
    """A store, and what is known of it."""

    def __init__(self, server: Redis, folder: Path) -> None:
        self.store, self.coverage = Store(None, folder), Coverage(server)
        self.store.results = super(Store, self.store).results  # type: ignore[method-assign]  # files alone
        self.pace = Pace(self.store, self.coverage)

    def add(self, made: Result, **change: object) -> None:
        made = made.model_copy(update=change)
        self.store.keep(made, {})
        self.coverage.add([made])


@pytest.fixture
def made(queue_server: Redis, tmp_path: Path) -> Made:
    return Made(queue_server, tmp_path)


def test_without_any_picture_nothing_is_told(made: Made) -> None:
    assert made.pace.of(CARD, PATHS) == {}


def test_what_one_costs_is_its_part_of_the_time_of_those_beside_it(made: Made) -> None:
    made.add(result(spec(1)), seconds=6.0, slots=4)
    found = made.pace.of(CARD, ["conv1"])["conv1"]
    assert (found.each, found.guessed) == (1.5, False)


def test_a_layer_of_which_none_was_made_is_guessed_whatever_variant_was_made_of_others(made: Made) -> None:
    made.add(result(spec(1, chi=0)), seconds=3.0)
    found = made.pace.of(CARD, ["classes"])
    assert (found["classes"].each, found["classes"].guessed) == (pytest.approx(3.0), True)
    made.add(result(spec(2, layer="classes")), seconds=0.5)
    found = made.pace.of(CARD, ["classes"])
    assert (found["classes"].each, found["classes"].guessed) == (0.5, False)


def test_dead_units_took_no_time(made: Made) -> None:
    made.add(result(spec(5)), dead=True, seconds=0.0)
    assert made.pace.of(CARD, PATHS) == {}


def test_a_whole_sample_is_not_read_again(made: Made) -> None:
    for unit in range(SAMPLE):
        made.add(result(spec(unit, layer="motion.conv3_1")), seconds=1.0 + unit)
    median = made.pace.of(CARD, ["motion.conv3_1"])["motion.conv3_1"].each
    assert median == 1.0 + SAMPLE // 2
    made.store.results = None  # type: ignore[method-assign]
    assert made.pace.of(CARD, ["motion.conv3_1"])["motion.conv3_1"].each == median
