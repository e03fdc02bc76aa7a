"""The client before the real server on a real port; the fixtures are the server's own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from kinetoscope import Client

from tests.backend.conftest import Crew, app, crew, live, page, settings

Answer = TypeVar("Answer")

__all__ = ["app", "crew", "live", "page", "settings"]


@pytest.fixture
def client(live: str) -> Iterator[Client]:
    with Client(live) as client:
        yield client


def served(crew: Crew, ask: Callable[[], Answer]) -> Answer:
    """What `ask` gives, asked in a thread of its own while somebody does what waits in the queue."""
    with ThreadPoolExecutor(1) as asking:
        answer = asking.submit(ask)
        while not answer.done():
            crew.work()
            time.sleep(0.02)
        return answer.result()
