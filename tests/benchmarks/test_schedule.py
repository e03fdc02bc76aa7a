"""`bench schedule` on a network of three layers."""

from benchmarks import schedule
from benchmarks.report import Report
from tests.worker.planted import linear_two_stream


def test_every_course_is_held_against_the_long_one(monkeypatch):
    monkeypatch.setattr(schedule, "LAYERS", {"demo": ("fusion",)})
    monkeypatch.setattr(schedule, "_model", lambda *_: linear_two_stream())
    for steps, parameters in schedule.COURSES.items():  # the shifts of so small a network drown the rest
        monkeypatch.setitem(schedule.COURSES, steps, parameters.model_copy(update={"jitter": 0}))
    monkeypatch.setattr(schedule, "LONG", schedule.LONG.model_copy(update={"jitter": 0}))
    report = Report("0")
    schedule.measure(report)
    found = {line.name: line.value for line in report.results}
    assert found["steps 40.share"] < found["steps 80.share"] < found["steps 160.share"] < 1
    assert 0 < found["steps 80.share.worst"] <= found["steps 80.share"]
