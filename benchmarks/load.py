"""A closed loop of requests over open connections.

Each asks again as soon as it has its answer. One process, no threads.
"""

from __future__ import annotations

import os
import re
import selectors
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
BUFFER = 1 << 20


@dataclass
class Connection:
    """One client: what it still waits for, and since when."""

    socket: socket.socket
    asked: float = 0.0
    head: bytes = b""
    left: int = -1


@dataclass
class Load:
    """What came of it. waits: seconds per request. failed: answers of another status. processor: server's seconds."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    failed: int = 0
    processor: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.waits) / self.seconds

    @property
    def processor_us(self) -> float:
        """Microseconds of the server's processor time for each answer; the same however busy the machine is."""
        return 1e6 * self.processor / len(self.waits)

    def percentile(self, part: float) -> float:
        """Milliseconds within which that part of the answers had come."""
        return 1000 * sorted(self.waits)[min(len(self.waits) - 1, int(part * len(self.waits)))]


def together(loads: Iterable[Load]) -> Load:
    """Several loads as one."""
    known = list(loads)
    waits = [wait for each in known for wait in each.waits]
    failed, processor = sum(each.failed for each in known), sum(each.processor for each in known)
    return Load(sum(each.seconds for each in known), waits, failed, processor)


def processor(pid: int | None) -> float:
    """Seconds of processor time that a process has had; 0 for none."""
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(
    url: str, *, connections: int, seconds: float, status: int = 200, headers: str = "", of: int | None = None
) -> Load:
    """Ask for one address for some time, and for as many answers as there are connections. Raises OSError.

    of: the server's process.
    """
    place = urlsplit(url)
    request = f"GET {place.path or '/'} HTTP/1.1\r\nHost: {place.netloc}\r\n{headers}\r\n".encode()
    load, buffer = Load(), bytearray(BUFFER)
    with selectors.DefaultSelector() as waiting:
        for _ in range(connections):
            client = Connection(socket.create_connection((place.hostname or "", place.port or 80), timeout=10))
            waiting.register(client.socket, selectors.EVENT_READ, client)
            _ask(client, request)
        started, before = time.perf_counter(), processor(of)
        while (now := time.perf_counter()) - started < seconds or len(load.waits) < connections:
            for key, _ in waiting.select(1.0):
                if _read(key.data, buffer):
                    load.waits.append(time.perf_counter() - key.data.asked)
                    load.failed += not key.data.head.startswith(f"HTTP/1.1 {status} ".encode())
                    _ask(key.data, request)
        load.seconds, load.processor = now - started, processor(of) - before
        for key in list(waiting.get_map().values()):
            key.data.socket.close()
    return load


def _ask(client: Connection, request: bytes) -> None:
    client.head, client.left, client.asked = b"", -1, time.perf_counter()
    client.socket.sendall(request)


def _read(client: Connection, buffer: bytearray) -> bool:
    """Read what there is; whether the answer is complete. Raises ConnectionError."""
    count = client.socket.recv_into(buffer)
    if not count:
        raise ConnectionError("the server closed the connection")
    if client.left >= 0:
        client.left -= count
        return client.left <= 0
    client.head += bytes(buffer[:count])
    end = client.head.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = LENGTH.search(client.head[: end + 2])
    client.left = (int(length[1]) if length else 0) - (len(client.head) - end - 4)
    return client.left <= 0
