import json

import pytest

from benchmarks.report import Aloud, Report, matmul_gflops, met


@pytest.mark.parametrize(
    ("value", "target", "expected"),
    [
        (0.98, ">= .98", True),
        (0.979, ">= .98", False),
        (0.65, "<= .65", True),
        (0.66, "<= .65", False),
        (0.5, ".4 to .75", True),
        (0.8, ".4 to .75", False),
        (float("nan"), ">= .1", False),
        (1.0, "", None),
    ],
)
def test_targets(value, target, expected):
    assert met(value, target) is expected


def test_a_target_of_another_form_is_refused():
    with pytest.raises(ValueError, match="about 3"):
        met(1.0, "about 3")


def test_a_report_is_not_ok_when_one_target_is_missed_and_says_which(tmp_path):
    report = Report(version="1", machine={"cores": 2})
    report.add("good", 0.99, "", ">= .98")
    report.add("told", 3.5, "s")
    assert report.ok
    report.add("bad", 0.5, "", ">= .98")
    assert not report.ok
    assert "MISSED" in report.table().splitlines()[2]
    report.write(tmp_path / "report.json")
    written = json.loads((tmp_path / "report.json").read_text())
    assert written["machine"] == {"cores": 2}
    assert written["results"][1] == {"name": "told", "value": 3.5, "unit": "s", "target": "", "ok": None}


def test_an_aloud_report_says_a_value_when_it_is_known(capsys):
    report = Aloud(version="1")
    report.add("bad", 0.5, "", ">= .98")
    said = capsys.readouterr().err.split()
    assert said == ["bad", "0.5", ">=", ".98", "MISSED"]
    assert report.table().split() == said


class Slow:
    """A clock by which a product takes a second for every call of the clock."""

    def __init__(self):
        self.calls = 0

    def __call__(self):
        self.calls += 1
        return float(self.calls)


def test_products_that_take_long_are_measured_on_a_small_side():
    clock = Slow()
    assert matmul_gflops("float32", repeats=3, clock=clock) == pytest.approx(2 * 128**3 / 1e9)
    assert clock.calls == 2 + 2 * 3
