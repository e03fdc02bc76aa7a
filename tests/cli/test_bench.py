import json
from pathlib import Path

import pytest

from benchmarks import first_run
from benchmarks.report import Report
from cli import bench
from cli.__main__ import main


@pytest.fixture
def instant(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bench that takes no time, and a machine that is not measured."""

    def measure(report: Report) -> None:
        report.add("click", 20.0, "s", "<= 15")

    monkeypatch.setattr(bench, "BENCHES", {"first-run": measure})
    monkeypatch.setattr(bench, "machine", lambda: {"cores": 2})


@pytest.mark.usefixtures("instant")
def test_a_missed_target_is_an_error_and_is_in_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "first-run", "--json", str(tmp_path / "bench.json")]) == 1
    assert "MISSED" in capsys.readouterr().out
    report = json.loads((tmp_path / "bench.json").read_text())
    assert report["machine"] == {"cores": 2}
    assert report["results"] == [{"name": "click", "value": 20.0, "unit": "s", "target": "<= 15", "ok": False}]


def test_what_could_not_be_measured_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_report: Report) -> None:
        raise first_run.Failed("no worker")

    monkeypatch.setattr(bench, "BENCHES", {"first-run": fail})
    monkeypatch.setattr(bench, "machine", dict)
    assert main(["bench", "first-run"]) == 1
    assert "no worker" in capsys.readouterr().err


def test_a_model_needs_its_layers_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "engine", "--model", "mine"]) == 2
    assert "--layers" in capsys.readouterr().err
