"""A unit's way through its steps."""

from worker.schedule import Course


def test_the_rate_falls_from_one_to_nothing():
    course, rates = Course(20), []
    while not course.done:
        rates.append(course.rate())
        course.advance(1.0)
    assert rates[0] == 1.0
    assert rates == sorted(rates, reverse=True)
    assert 0 < rates[-1] < 0.02
    assert len(rates) == 20
