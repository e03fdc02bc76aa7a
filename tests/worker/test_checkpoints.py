"""The files of running optimizations; and a process that is killed in the middle of one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import torch

from tests.worker.planted import last, linear_two_stream, spec
from worker.checkpoints import KEPT_FOR, Checkpoints
from worker.optimize import optimize

ROOT = Path(__file__).parents[2]
SPEC = spec("fusion", 2, steps=40, seed=5)
DIES_AT = 25


def die_on_the_way(folder: Path) -> None:
    """Run in a process of its own."""
    for step in optimize(linear_two_stream(), [SPEC], checkpoints=Checkpoints(folder, every=1e-6)):
        if step.index == DIES_AT:
            os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_is_killed_loses_a_step_and_no_bit(tmp_path):
    call = f"from tests.worker.test_checkpoints import *; die_on_the_way(Path({str(tmp_path)!r}))"
    ended = subprocess.run([sys.executable, "-c", call], cwd=ROOT, check=False).returncode
    assert ended == -signal.SIGKILL
    kept = Checkpoints(tmp_path, every=30.0)
    steps = list(optimize(linear_two_stream(), [SPEC], checkpoints=kept))
    assert steps[0].ages == [DIES_AT]  # what was done after the last yield is done again
    (whole,) = last(optimize(linear_two_stream(), [SPEC]))
    (resumed,) = steps[-1].optima
    assert resumed.trace == whole.trace
    assert all(torch.equal(resumed.inputs[name], whole.inputs[name]) for name in whole.inputs)


def test_files_come_after_an_interval_and_go_when_told(tmp_path):
    clock = [0.0]
    kept = Checkpoints(tmp_path / "new", every=30.0, clock=lambda: clock[0])
    assert [kept.due(), kept.due(parting=True)] == [False, False]
    clock[0] = 5.0
    assert [kept.due(), kept.due(parting=True)] == [False, True]
    clock[0] = 30.0
    assert kept.due()
    kept.save({"a": {"x": torch.arange(3)}, "b": {"x": torch.zeros(1)}})
    assert not kept.due()
    assert torch.equal(kept.load("a")["x"], torch.arange(3))
    kept.drop("a")
    kept.drop("a")
    assert kept.load("a") == {}
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["b.safetensors"]


def test_without_an_interval_nothing_is_kept(tmp_path):
    kept = Checkpoints(tmp_path, every=0.0, clock=iter(range(0, 10**6, 1000)).__next__)
    assert not kept.due()
    assert not kept.due(parting=True)


def test_a_damaged_file_is_as_if_there_were_none(tmp_path):
    kept = Checkpoints(tmp_path, every=30.0)
    kept.save({"a": {"x": torch.arange(100.0)}})
    path = tmp_path / "a.safetensors"
    for damaged in (path.read_bytes()[:50], b"", b"\xff" * 200):
        path.write_bytes(damaged)
        assert kept.load("a") == {}


def test_a_disk_that_takes_no_file_stops_nothing(tmp_path):
    (tmp_path / "file").write_text("in the way")
    kept = Checkpoints(tmp_path / "file", every=30.0)
    kept.save({"a": {"x": torch.zeros(1)}})
    assert kept.load("a") == {}


def test_what_nobody_came_back_for_is_removed(tmp_path):
    kept = Checkpoints(tmp_path, every=30.0)
    kept.save({"old": {"x": torch.zeros(1)}, "new": {"x": torch.zeros(1)}})
    (tmp_path / ".old-17").write_bytes(b"half")
    long_ago = time.time() - KEPT_FOR - 10
    for name in ("old.safetensors", ".old-17"):
        os.utime(tmp_path / name, (long_ago, long_ago))
    kept.expire()
    assert [path.name for path in tmp_path.iterdir()] == ["new.safetensors"]
    Checkpoints(tmp_path / "nowhere", every=30.0).expire()
