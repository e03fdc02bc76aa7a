"""The measurement's arithmetic; its lab is tried in test_lab.py."""

import pytest

from benchmarks import workers
from benchmarks.report import Report


@pytest.mark.parametrize(("two", "ok"), [(1.9, True), (1.5, False)])
def test_two_workers_are_compared_with_one(monkeypatch: pytest.MonkeyPatch, two: float, ok: bool) -> None:
    monkeypatch.setattr(workers, "speed", lambda count: {1: 1.0, 2: two}[count])
    report = Report("0")
    workers.measure(report)
    gain = report.results[-1]
    assert (gain.name, gain.value, gain.ok) == ("workers.gain", two, ok)
    assert [line.value for line in report.results[:-1]] == [60.0, 60 * two]


def test_everybody_has_worked_before_time_is_taken() -> None:
    class Place:
        def __init__(self) -> None:
            self.seeds: list[int] = []

        def workers(self) -> list[dict]:
            return [{"units": min(1, max(0, len(self.seeds) - late))} for late in (0, 2)]

        def ask(self, layer: str, units: range, *, seed: int) -> list[str]:
            self.seeds.append(seed)
            return ["x"]

        def done(self, ids: list[str]) -> int:
            return len(ids)

    place = Place()
    workers._warm_up(place, 8)  # type: ignore[arg-type]
    assert len(place.seeds) == len(set(place.seeds)) == 3
