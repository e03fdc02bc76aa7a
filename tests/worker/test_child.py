import os
import sys
from pathlib import Path

import pytest

from tests.conftest import alive, wait_for
from worker import child

ROOT = Path(__file__).parents[2]


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Writes a module that the other process finds."""
    monkeypatch.setattr(child, "ROOT", f"{tmp_path}{os.pathsep}{ROOT}")

    def write(text):
        (tmp_path / "odd.py").write_text(text)
        return "odd"

    return write


def test_how_it_ended_and_what_it_said_last(module):
    assert child.run(module("import sys; print('a', *sys.argv[1:]); sys.exit(7)"), ["b"], seconds=60) == (7, "a b\n")


def test_what_takes_too_long_is_ended_with_what_it_started(module, tmp_path):
    text = f"""
import subprocess, time
started = subprocess.Popen([{sys.executable!r}, "-c", "import time; time.sleep(600)"])
open({str(tmp_path / "pid")!r}, "w").write(str(started.pid))
time.sleep(600)
"""
    for seconds in (3, 12, 48):  # a busy machine takes its time to come so far
        ended, _ = child.run(module(text), [], seconds=seconds)
        assert ended is None
        if (tmp_path / "pid").exists() and (tmp_path / "pid").read_text():
            break
    pid = int((tmp_path / "pid").read_text())
    wait_for(lambda: not alive(pid))


def test_long_talk_is_cut(module):
    ended, said = child.run(module("print('x' * 10**6, 'end')"), [], seconds=60)
    assert ended == 0
    assert len(said) == child.SAID_AT_MOST
    assert said.endswith("end\n")
