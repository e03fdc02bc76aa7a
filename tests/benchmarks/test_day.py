import sys
import time

import pytest
from redis import Redis

from benchmarks import day
from benchmarks.day import LASTING, Day, hasten
from benchmarks.report import Report


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_short_day_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, small in (("LAPSE", 4.0), ("PAUSE", 0.1), ("VISITORS", 1)):
        monkeypatch.setattr(day, name, small)
    monkeypatch.setattr(hasten, "__kwdefaults__", {"lapse": 4.0})
    report = Report("0")
    day.measure(report, jobs=60)
    found = {line.name: line.value for line in report.results}
    assert found["jobs"] >= 60
    assert found["keys_left"] == 0
    assert {"server_growth_percent", "worker_growth_percent"} <= set(found)


def test_days_pass_for_what_expires_and_for_nothing_else(queue_server: Redis) -> None:
    queue_server.set("late", 1, ex=86400)
    queue_server.set("soon", 1, ex=3)
    queue_server.set("for-ever", 1)
    queue_server.zadd("rq:finished:batch", {"a": time.time() + 86400, "b": time.time() + 1})
    hasten(queue_server, lapse=10.0)
    assert 8 <= queue_server.ttl("late") <= 10
    assert queue_server.ttl("soon") <= 3
    assert queue_server.ttl("for-ever") == -1
    scores = dict(queue_server.zrange("rq:finished:batch", 0, -1, withscores=True))
    assert scores[b"a"] <= time.time() + 11
    assert scores[b"b"] <= time.time() + 2


@pytest.mark.parametrize(
    "key", ["rq:job:ab", "rq:results:ab", "kinetoscope:ended:ab", "kinetoscope:picture:ab", "other"]
)
def test_what_comes_with_a_job_counts(key: str) -> None:
    assert not LASTING.fullmatch(key)


def test_growth_is_from_when_it_is_warm() -> None:
    used = Day(None, [], jobs=100)  # type: ignore[arg-type]
    used.memory["server"] = [(False, 50), (False, 90), *[(True, 100)] * 30, *[(True, 103)] * 10]
    assert used.growth("server") == pytest.approx(3)
    used.memory["worker"] = [(False, 50)] * 10 + [(False, 60)] * 10
    assert used.growth("worker") == pytest.approx(20)
