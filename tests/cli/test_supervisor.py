import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cli import supervisor
from cli.supervisor import Child, NotStarted, Supervisor
from tests.conftest import alive, wait_for

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def child(name: str = "child", command: list[str] | None = None, **options: float) -> Child:
    return Child(name, command or SLEEP, os.environ, **options)  # type: ignore[arg-type]


def test_a_child_that_dies_is_started_again() -> None:
    one = child()
    one.start()
    first = one.process
    assert first
    first.kill()
    first.wait()
    one.tend()
    assert one.due
    one.due = 0.0
    one.tend()
    assert one.process is not first
    assert one.process
    assert one.process.poll() is None
    one.stop()


def test_one_that_keeps_dying_is_started_less_and_less_often() -> None:
    one = child(command=[sys.executable, "-c", "pass"])
    one.start()
    pauses = []
    for _ in range(9):
        assert one.process
        one.process.wait()
        one.tend()
        pauses.append(one.pause)
        one.due = 0.0
        one.tend()
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30, 30]


def test_children_are_stopped_in_reverse_order(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = (
        "import signal,sys\nsignal.signal(signal.SIGTERM, lambda *_: (open({log!r}, 'a').write({name!r}), sys.exit()))"
    )
    code += "\nopen({ready!r}, 'w')\nsignal.pause()"
    children = []
    for name in "abc":
        ready = tmp_path / name
        command = [sys.executable, "-c", code.format(log=str(log), name=name, ready=str(ready))]
        children.append(Child(name, command, os.environ, ready=ready.exists))
    crew = Supervisor(children)
    crew.start()
    crew.stop()
    assert log.read_text() == "cba"


def test_a_child_that_does_not_stop_is_killed() -> None:
    code = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint(1, flush=True)\ntime.sleep(600)"
    one = child(command=[sys.executable, "-c", code], patience=0.2)
    one.start()
    assert one.process
    threading.Event().wait(0.5)
    one.stop()
    assert one.process.poll() is not None


def test_if_one_does_not_start_the_others_are_stopped() -> None:
    good = child("good")
    bad = Child("bad", [sys.executable, "-c", "pass"], os.environ, ready=lambda: False, log="/var/log/bad")
    with pytest.raises(NotStarted, match=r"bad ended at once\. See /var/log/bad\."):
        Supervisor([good, bad]).start()
    assert good.process
    assert good.process.poll() is not None


def test_one_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "START_WITHIN", 0.1)
    mute = Child("mute", SLEEP, os.environ, ready=lambda: False)
    with pytest.raises(NotStarted, match="mute did not answer"):
        Supervisor([mute]).start()
    assert mute.process
    assert mute.process.poll() is not None


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's word at the parent's death is Linux's")
def test_no_child_outlives_a_killed_supervisor() -> None:
    code = (
        "import os, sys\nfrom cli.supervisor import Child, Supervisor\n"
        f"children = [Child('a', {SLEEP!r}, os.environ), Child('b', {SLEEP!r}, os.environ)]\n"
        "supervisor = Supervisor(children)\nsupervisor.start()\n"
        "print(*[child.process.pid for child in children], flush=True)\nsupervisor.watch()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert parent.stdout
    pids = [int(word) for word in parent.stdout.readline().split()]
    assert all(alive(pid) for pid in pids)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    wait_for(lambda: not any(alive(pid) for pid in pids))
