"""Real servers for the tests: a queue server and a picture server, emptied before each test."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from cli import valkey
from contract.connection import connect

os.environ["KINETOSCOPE_FIRST_LOOK"] = "0"
"""Products that tests start compute what tests ask for, and nothing else; a test of the first look says so."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a busy machine: a test that fails there is tried once more, and the summary counts it as a rerun."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def wait_for(condition: Callable[[], Any], *, seconds: float = 60.0) -> Any:
    """The first true value of `condition`; the limit is only there to end a test that has failed."""
    limit = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > limit:
            raise AssertionError(f"{condition} did not come true")
        time.sleep(0.02)
    return value


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead but not yet buried does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@contextmanager
def running(command: list[str], socket: Path) -> Iterator[str]:
    """A Valkey server for the time of the block; its address."""
    process = subprocess.Popen(command)
    try:
        wait_for(socket.exists)
        yield f"unix://{socket}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def runtime() -> Iterator[Path]:
    """A folder with a short path."""
    folder = Path(tempfile.mkdtemp(prefix="kt-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def queue_url(runtime: Path) -> Iterator[str]:
    socket = runtime / "queue.sock"
    with running(valkey.queue_server(socket=socket, folder=runtime / "queue"), socket) as url:
        yield url


@pytest.fixture(scope="session")
def picture_url(runtime: Path) -> Iterator[str]:
    socket = runtime / "pictures.sock"
    command = valkey.picture_server(socket=socket, folder=runtime / "cache", memory="64mb")
    with running(command, socket) as url:
        yield url


@pytest.fixture
def queue_server(queue_url: str) -> Iterator[Redis]:
    yield from _empty(queue_url)


@pytest.fixture
def picture_server(picture_url: str) -> Iterator[Redis]:
    yield from _empty(picture_url)


def _empty(url: str) -> Iterator[Redis]:
    with connect(url) as server:
        server.flushall()
        yield server
