"""Which data folder is the server's, so that a worker knows whether it shares it.

The server leaves a mark in its folder and says on the queue's server what it is: a worker that finds the same mark in
its own folder is at home, on whatever machine it runs.
"""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

from redis import Redis

from contract.connection import Server
from contract.written import write

MARK = "home"
HOME = "kinetoscope:home"


class Home:
    """The mark of one data folder."""

    def __init__(self, data: Path, connection: Redis) -> None:
        self._path = data / MARK
        self._redis: Server = connection
        self._marked = False

    def settle(self) -> None:
        """Make the folder the server's; to be said again now and then: the queue's server may be a new one.

        The mark is another one each time that a server starts: a copy of the folder is somewhere else.
        """
        if not self._marked:
            with contextlib.suppress(OSError):  # a full disk: the old mark holds until there is room
                write(self._path, secrets.token_hex(16).encode())
                self._marked = True
        self._redis.set(HOME, self._read())

    def is_here(self) -> bool:
        """Whether the folder is the server's."""
        mark = self._read()
        return bool(mark) and self._redis.get(HOME) == mark.encode()

    def _read(self) -> str:
        try:
            return self._path.read_text()
        except OSError:
            return ""
