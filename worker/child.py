"""A process of its own for what may hang, crash or take all memory: it ends in time, with all that it has started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import IO

from contract.settings import ROOT

SAID_AT_MOST = 4000
"""Characters of what was printed that are kept."""


def run(module: str, arguments: list[str], *, seconds: float) -> tuple[int | None, str]:
    """`python -m module arguments`: exit status, None after `seconds`, and the end of what was printed."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", module, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    said: deque[bytes] = deque(maxlen=8)
    assert process.stdout is not None
    reader = threading.Thread(target=_read, args=(process.stdout, said), daemon=True)
    reader.start()
    ended: int | None
    try:
        ended = process.wait(seconds)
    except subprocess.TimeoutExpired:
        ended = None
    finally:
        with contextlib.suppress(ProcessLookupError):  # also whatever it has started
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    reader.join(1.0)
    return ended, b"".join(said).decode(errors="replace")[-SAID_AT_MOST:]


def end_with_parent() -> None:
    """In the child: end when whoever started it has died."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def offer_to_die_first() -> None:
    """In the child: where memory runs out, this process goes, not the worker."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _read(pipe: IO[bytes], said: deque[bytes]) -> None:
    while part := os.read(pipe.fileno(), 65536):
        said.append(part)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)
