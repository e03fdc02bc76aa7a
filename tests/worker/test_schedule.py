"""A unit's way through its steps."""

import math

import pytest

from worker.schedule import Course


def test_the_rate_falls_from_one_to_nothing_along_a_cosine():
    course, rates = Course(20), []
    while not course.done:
        rates.append(course.rate())
        course.advance()
    assert rates == pytest.approx([0.5 * (1 + math.cos(math.pi * i / 20)) for i in range(20)])
