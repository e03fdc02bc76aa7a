"""A unit's way through its steps."""

import math

import pytest

from worker.schedule import LEAST, PATIENCE, REST, YOUNG, Course


def walk(course, value):
    """Rates until rest, for an objective that is a function of the step."""
    rates = []
    while not course.done:
        rates.append(course.rate())
        course.advance(value(course.age))
    return rates


def test_the_rate_falls_from_one_to_nothing():
    rates = walk(Course(20, early=False), lambda _: 1.0)
    assert rates == pytest.approx([0.5 * (1 + math.cos(math.pi * i / 20)) for i in range(20)])


def test_a_unit_that_rises_has_all_its_steps():
    assert len(walk(Course(100), lambda age: age)) == 100
    assert len(walk(Course(100), lambda age: 1.05**age)) == 100


def test_a_unit_that_no_longer_rises_comes_to_rest_early():
    rates = walk(Course(100), lambda age: min(age, 10))
    assert len(rates) < 100 * YOUNG + PATIENCE + REST
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 0.1


def test_a_late_rise_is_waited_for():
    assert len(walk(Course(100), lambda age: 0.01 * age + (age > 25) * (age - 25))) == 100


def test_short_runs_are_never_cut():
    assert len(walk(Course(2 * PATIENCE), lambda _: 0.0)) == 2 * PATIENCE


def test_scale_and_level_do_not_matter():
    def rise(age):
        return 1 - math.exp(-age / 12)

    lengths = {len(walk(Course(200), lambda age, a=a, b=b: a * rise(age) + b)) for a in (0.01, 50) for b in (-3, 0, 7)}
    assert len(lengths) == 1
    assert max(lengths) < 120
    assert LEAST < 0.1
