from typing import cast

import pytest
from redis import Redis
from starlette.requests import Request

from backend.limits import KNOWN_AT_MOST, Quota, QuotaSpent, Rate, Streams, TooFast, TooManyStreams
from backend.tokens import Holder, Role


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_what_it_holds_and_fills_again() -> None:
    clock = Clock()
    rate = Rate(2, 4, clock)
    for _ in range(4):
        rate.take("ann")
    with pytest.raises(TooFast) as refused:
        rate.take("ann")
    assert refused.value.retry_after == 1
    rate.take("bob")
    clock.now = 0.5
    rate.take("ann")
    with pytest.raises(TooFast):
        rate.take("ann")
    clock.now = 100
    for _ in range(4):
        rate.take("ann")
    with pytest.raises(TooFast):
        rate.take("ann")


def test_looking_takes_nothing() -> None:
    rate = Rate(1, 1, Clock())
    for _ in range(9):
        rate.check("ann")
    rate.take("ann")


def test_no_limit() -> None:
    rate = Rate(0, 0, Clock())
    for _ in range(99):
        rate.take("ann")


def test_many_names_are_not_all_remembered() -> None:
    rate = Rate(1, 1, Clock())
    for number in range(KNOWN_AT_MOST + 5):
        rate.take(str(number))
    assert len(rate._levels) == KNOWN_AT_MOST


def request(role: Role | None) -> Request:
    holder = Holder(name="ann", role=role, digest="") if role else None
    return cast(Request, type("R", (), {"scope": {"holder": holder} if holder else {}})())


def test_a_quota_is_spent_and_what_was_refused_does_not_count(queue_server: Redis) -> None:
    quota = Quota(queue_server, 10)
    quota.take(request("run"), 8)
    with pytest.raises(QuotaSpent, match="10 new jobs a day; 8 are used, 3 more") as refused:
        quota.take(request("run"), 3)
    assert refused.value.retry_after is not None
    assert 0 < refused.value.retry_after <= 86400
    quota.take(request("run"), 2)


@pytest.mark.parametrize(("role", "limit"), [("admin", 1), (None, 1), ("run", 0)])
def test_who_has_no_quota(queue_server: Redis, role: Role | None, limit: int) -> None:
    Quota(queue_server, limit).take(request(role), 99)
    assert queue_server.keys() == []


def test_counts_are_forgotten(queue_server: Redis) -> None:
    Quota(queue_server, 10).take(request("run"), 1)
    (key,) = queue_server.keys()
    assert 86400 <= queue_server.ttl(key) <= 2 * 86400


def test_streams_are_counted_while_they_are_open() -> None:
    ann, bob = (Holder(name=name, role="view", digest="") for name in ("ann", "bob"))
    streams = Streams(2)
    with streams.counted(ann), streams.counted(ann), streams.counted(None):
        streams.check(bob)
        streams.check(None)
        with pytest.raises(TooManyStreams, match="'ann' has 2 event streams open"):
            streams.check(ann)
    streams.check(ann)
    assert not streams._open
    with Streams(0).counted(ann):
        Streams(0).check(ann)
