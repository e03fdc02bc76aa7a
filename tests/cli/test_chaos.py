import sys

import pytest

from benchmarks import chaos
from benchmarks.report import Report
from cli.__main__ import main


@pytest.mark.skipif(sys.platform != "linux", reason="the command is for Linux")
@pytest.mark.parametrize(("lost", "status"), [(0, 0), (1, 1)])
def test_a_lost_job_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lost: int, status: int
) -> None:
    def measure(report: Report, *, minutes: float, workers: int, seed: int) -> None:
        assert (minutes, workers) == (0.5, 2)
        report.add("lost", lost, "", "<= 0")

    monkeypatch.setattr(chaos, "measure", measure)
    assert main(["chaos", "--minutes", "0.5"]) == status
    assert "lost" in capsys.readouterr().out
