"""The short-lived folder of one instance, for its sockets; what killed instances left is removed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

PREFIX = "kinetoscope-"
LOCK = "instance-lock"
"""A file in the folder, locked as long as its instance lives. No other folder has one of that name: see clear()."""

PATIENCE = 5.0
"""Seconds that a server which was left has for its end."""


@contextmanager
def runtime_folder() -> Iterator[Path]:
    """A private folder with a short path. The folders of dead instances are removed first."""
    base = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp")
    clear(base)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    draft = folder / f".{LOCK}"
    try:
        with draft.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            draft.rename(folder / LOCK)  # whoever sees it finds it locked
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear(base: Path) -> None:
    """Remove the folders of this user's dead instances, and end the servers that still listen there."""
    for path in base.glob(f"{PREFIX}*/{LOCK}"):
        with contextlib.suppress(OSError):  # somebody else's, in use, or gone by now
            if path.parent.lstat().st_uid != os.getuid():
                continue
            with path.open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for socket in path.parent.glob("*.sock"):
                    _end(socket)
                shutil.rmtree(path.parent)


def _end(socket: Path) -> None:
    """Have a Valkey server write what it has and end. The kernel has told it so already, but not on every system."""
    with contextlib.suppress(RedisError), Redis.from_url(f"unix://{socket}", socket_timeout=PATIENCE) as server:
        server.shutdown()
