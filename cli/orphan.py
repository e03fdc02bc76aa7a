"""Ends a process whose parent has died. Needed where the kernel does not do it (macOS), harmless elsewhere."""

from __future__ import annotations

import os
import signal
import threading
import time


def watch_parent(*, every: float = 2.0) -> None:
    """From a thread: when the parent dies, send this process the signal to stop."""
    threading.Thread(target=_watch, args=(os.getppid(), every), name="orphan", daemon=True).start()


def _watch(parent: int, every: float) -> None:
    while os.getppid() == parent:
        time.sleep(every)
    os.kill(os.getpid(), signal.SIGTERM)
