import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.conftest import alive, wait_for

ROOT = Path(__file__).parents[2]
CHILD = (
    "import time; from cli.orphan import watch_parent; watch_parent(every=0.05); print(1, flush=True); time.sleep(600)"
)


def test_a_process_ends_when_its_parent_has_died() -> None:
    code = f"import subprocess, sys, time\nchild = subprocess.Popen([sys.executable, '-c', {CHILD!r}], stdout=-1)"
    code += "\nchild.stdout.readline()\nprint(child.pid, flush=True)\ntime.sleep(600)"
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    assert alive(pid)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    wait_for(lambda: not alive(pid))
