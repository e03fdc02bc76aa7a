"""Runs child processes: starts them in order, starts again what dies, stops them in the reverse order."""

from __future__ import annotations

import ctypes
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from contract.errors import KinetoscopeError

PR_SET_PDEATHSIG = 1
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
CALM = 20.0
"""Seconds of life after which a death counts as the first one again."""

START_WITHIN = 30.0

log = logging.getLogger(__name__)


class NotStarted(KinetoscopeError):
    """A part did not answer in time."""

    title = "Not started"


@dataclass
class Child:
    """A process to keep alive. `ready`: whether it answers. `patience`: seconds to stop in. `log`: where to look."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    ready: Callable[[], bool] = lambda: True
    patience: float = 10.0
    log: str = ""
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    pause: float = FIRST_PAUSE
    due: float | None = field(default=None)

    def start(self) -> None:
        """Start it now."""
        self.process = subprocess.Popen(
            self.command, env=dict(self.environment), preexec_fn=_die_with_parent, start_new_session=True
        )
        self.born, self.due = time.monotonic(), None

    def wait(self) -> None:
        """Wait until it answers. Raises NotStarted."""
        limit = time.monotonic() + START_WITHIN
        while not self.ready():
            ended = self.process is not None and self.process.poll() is not None
            if ended or time.monotonic() > limit:
                how = "ended at once" if ended else f"did not answer within {START_WITHIN:.0f} s"
                raise NotStarted(f"{self.name} {how}.{f' See {self.log}.' if self.log else ''}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ask it to stop, and kill it if it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            log.warning("%s did not stop in time and was killed.", self.name)
            self.process.kill()
            self.process.wait()

    def tend(self) -> None:
        """Start it again if it has died: at once the first time, then less and less often."""
        now = time.monotonic()
        if self.due is not None:
            if now >= self.due:
                self.start()
        elif self.process is not None and self.process.poll() is not None:
            self.pause = FIRST_PAUSE if now - self.born > CALM else min(self.pause * 2, LONGEST_PAUSE)
            self.due = now + self.pause
            log.warning(
                "%s ended (status %s); it starts again in %.0f s.", self.name, self.process.returncode, self.pause
            )


class Supervisor:
    """Children in the order in which they need each other."""

    def __init__(self, children: list[Child]) -> None:
        self._children = children
        self._stopping = False

    def start(self) -> None:
        """Start all, each when the one before it answers. If one does not, stop them and raise."""
        try:
            for child in self._children:
                child.start()
                child.wait()
        except BaseException:
            self.stop()
            raise

    def watch(self) -> None:
        """Keep all alive until told to stop."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        while not self._stopping:
            for child in self._children:
                child.tend()
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop all, last one first."""
        for child in reversed(self._children):
            child.stop()

    def _ask_to_stop(self, _number: int, _frame: object) -> None:
        self._stopping = True


def _die_with_parent() -> None:
    """In the child, before its program: get a signal when the supervisor dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
