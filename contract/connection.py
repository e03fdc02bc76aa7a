"""A connection to Redis or Valkey that rides out a restart of the server."""

from __future__ import annotations

from typing import Any

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, TimeoutError
from redis.retry import Retry

Server = Any
"""A `Redis` whose answers are bytes. Its own types also allow for text, which `connect` never asks for."""


def connect(url: str, *, patience: int = 8) -> Redis:
    """A client of the server at `url` (redis://, rediss:// or unix://), bytes in and out.

    A lost connection is tried again `patience` times, waiting longer each time: about 8 s in all by default.
    """
    return Redis.from_url(
        url,
        retry=Retry(ExponentialBackoff(cap=2.0, base=0.05), patience),
        retry_on_error=[BusyLoadingError, ConnectionError, TimeoutError],
        socket_timeout=15,
        socket_connect_timeout=5,
        health_check_interval=30,
    )
