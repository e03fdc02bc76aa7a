"""`bench schedule` on a network of three layers."""

from benchmarks import schedule
from benchmarks.report import Report
from tests.worker.planted import linear_two_stream


def test_every_course_is_held_against_the_long_one(monkeypatch):
    monkeypatch.setattr(schedule, "LAYERS", {"demo": ("fusion",)})
    monkeypatch.setattr(schedule, "_model", lambda *_: linear_two_stream())
    report = Report("0")
    schedule.measure(report)
    found = {line.name: line.value for line in report.results}
    assert found["without early stop.steps"] == 80
    assert found["steps 40.steps"] == 40
    assert found["default.steps"] <= 80
    assert 0 < found["default.share.worst"] <= found["default.share"]
    assert found["without early stop.share"] > found["steps 40.share"]
