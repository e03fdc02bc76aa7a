"""Ends a process whose parent has died. Needed where the kernel does not do it (macOS), harmless elsewhere."""

from __future__ import annotations

import os
import signal
import threading
import time

PATIENCE = 20.0
"""Seconds that it has to stop in order; then it ends where it stands."""


def watch_parent(*, every: float = 2.0, patience: float = PATIENCE) -> None:
    """From a thread: when the parent dies, send this process the signal to stop, and end it if it does not."""
    threading.Thread(target=_watch, args=(os.getppid(), every, patience), name="orphan", daemon=True).start()


def _watch(parent: int, every: float, patience: float) -> None:
    while os.getppid() == parent:
        time.sleep(every)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(patience)
    os._exit(1)
