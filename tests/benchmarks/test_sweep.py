"""A small sweep of the real product that is killed twice; and what the report makes of events."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import sweep
from benchmarks.first_run import Product
from benchmarks.report import Report
from tests.conftest import alive, wait_for

EVENTS = b"""event: started
id: 1-0
data: {"id": "a"}

event: progress
id: 2-0
data: {"id": "a"}

event: started
id: 3-0
data: {"id": "a"}
"""


def test_what_was_begun_is_counted_and_the_place_in_the_stream_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answer(request, timeout):
        asked.append(request.headers)
        return io.BytesIO(EVENTS)

    monkeypatch.setattr(sweep.urllib.request, "urlopen", answer)
    begun = sweep.Begun()
    begun.listen(Product("http://nowhere", 0.0))
    begun.listen(Product("http://nowhere", 0.0))
    assert begun.times == {"a": 4}
    assert asked == [{}, {"Last-event-id": "3-0"}]


def test_a_process_is_killed_with_all_under_it(tmp_path: Path) -> None:
    inner = "import subprocess, sys; p = subprocess.Popen(['sleep', '600']); print(p.pid, flush=True); p.wait()"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    process = subprocess.Popen([sys.executable, "-c", outer], stdout=subprocess.PIPE)
    assert process.stdout
    deepest = int(process.stdout.readline())
    sweep._kill(process.pid)
    process.wait()
    wait_for(lambda: not alive(deepest))


@pytest.mark.long
def test_a_small_sweep_that_is_killed_twice_ends_with_all_its_pictures() -> None:
    report = Report("test")
    sweep.measure(report, layers=["conv5_fusion"], units="0-11")
    found = {line.name: line.value for line in report.results}
    assert (found["sweep.runs"], found["sweep.missing"], found["sweep.failed"]) == (24, 0, 0)
    assert report.ok, report.table()
