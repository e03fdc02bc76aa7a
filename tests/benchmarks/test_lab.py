"""Three hosts: a server and two workers, with data folders of their own, over TCP with a password."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from benchmarks.lab import until
from benchmarks.lines import inside_namespace, why_no_namespaces
from contract.settings import ROOT

UNITS = 200
BATCH = 2
"""Units that a worker on the CPU computes together at most."""


def trial(way: str) -> dict:
    command = [sys.executable, "-m", "benchmarks.lab", "--units", str(UNITS)]
    if way == "namespaces":
        command = inside_namespace([*command, "--namespaces"])
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.long
@pytest.mark.parametrize("way", ["namespaces", "relays"])
def test_a_sweep_ends_with_all_results_although_a_host_is_cut_off_meanwhile(way: str) -> None:
    why = why_no_namespaces() if way == "namespaces" else ""
    if why:
        pytest.skip(why)
    outcome = trial(way)
    assert outcome["asked"] == outcome["finished"] == UNITS
    assert (outcome["lost"], outcome["back"]) == (1, 2)
    assert outcome["again"] <= BATCH


def test_waiting_ends_when_it_comes_true() -> None:
    found = iter([False, False, True])
    until(lambda: next(found))
    assert list(found) == []
