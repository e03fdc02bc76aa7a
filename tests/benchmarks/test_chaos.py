from typing import cast

import pytest

from benchmarks import chaos
from benchmarks.chaos import Storm
from benchmarks.product import Product
from benchmarks.report import Report


class Shown:
    """A product that knows some visualizations."""

    def __init__(self, states: dict[str, str]) -> None:
        self.states = states

    def get(self, path: str) -> dict:
        identity = path.rpartition("/")[2]
        if identity not in self.states:
            error = OSError()
            error.code = 404  # type: ignore[attr-defined]
            raise error
        return {"state": self.states[identity]}


@pytest.fixture
def storm(monkeypatch: pytest.MonkeyPatch) -> Storm:
    monkeypatch.setattr(chaos, "PATIENCE", 0.2)
    product = Shown({"a": "finished", "b": "failed", "c": "running"})
    return Storm(cast(Product, product), [], 0)


def figures(storm: Storm, computed: dict[str, int]) -> dict[str, float]:
    report = Report("0")
    chaos._tell(report, storm, computed, minutes=0.1)
    return {line.name: line.value for line in report.results}


def test_what_is_missing_and_what_never_ended_are_counted(storm: Storm) -> None:
    for identity in "abcd":
        storm.ledger.note(identity, poison=identity == "b")
    storm.ledger.ended = {"a"}
    storm.recoveries = [("kill worker", 21.0), ("kill worker", 12.0), ("kill server", 2.0)]
    storm.settle()
    found = figures(storm, {"a": 3, "b": 1})
    assert (found["acknowledged"], found["lost"], found["stuck"], found["failed"]) == (4, 1, 1, 1)
    assert found["unheard"] == 2  # c and d; of poison nobody need hear
    assert (found["recovery_s"], found["recovery_s.kill-worker"]) == (21.0, 21.0)
    assert found["recomputed"] == 2


def test_a_quiet_day_meets_every_target(storm: Storm) -> None:
    storm.ledger.note("a", poison=False)
    storm.ledger.note("b", poison=True)
    storm.ledger.note("x", poison=False)
    storm.product.states["x"] = "canceled"  # type: ignore[attr-defined]
    storm.ledger.ended = {"a", "b", "x"}
    storm.settle()
    report = Report("0")
    chaos._tell(report, storm, {}, minutes=0.1)
    assert report.ok
