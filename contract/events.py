"""What happens to jobs, as a capped stream that can be replayed from any position."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from redis import Redis

from contract.connection import Server
from contract.meter import Meter

STREAM = "kinetoscope:events"
KEPT = 10_000
"""Events kept for clients that come back."""

START = "0-0"
ENDINGS = frozenset({"finished", "failed", "canceled"})
ENDED = "kinetoscope:ended:"
ENDED_FOR = 30 * 86400


@dataclass(frozen=True)
class Event:
    """One event. `position` is its place in the stream, given when it is published."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)
    position: str = ""

    @property
    def id(self) -> str:
        """The visualization it is about; empty for events about workers."""
        return self.data.get("id", "")


def order(position: str) -> tuple[int, int]:
    """A key that sorts positions. Raises ValueError for text that is none."""
    time, _, number = position.partition("-")
    return int(time), int(number or 0)


class Events:
    """The stream, on the queue's server."""

    def __init__(self, connection: Redis) -> None:
        self._redis: Server = connection
        self._meter = Meter(connection)

    def publish(self, *events: Event) -> None:
        """Append events, in one round trip."""
        if not events:
            return
        with self._redis.pipeline(transaction=False) as pipe:
            for event in events:
                fields = {"kind": event.kind, "data": json.dumps(event.data)}
                pipe.xadd(STREAM, fields, maxlen=KEPT, approximate=True)
            pipe.execute()

    def begin(self, identity: str) -> None:
        """A new life of a visualization: it may end once more."""
        self._redis.delete(ENDED + identity)

    def end(self, kind: str, identity: str, **data: Any) -> bool:
        """Publish the one event that ends a visualization. False if it has ended already."""
        if not self._redis.set(ENDED + identity, kind, nx=True, ex=ENDED_FOR):
            return False
        self.publish(Event(kind, {"id": identity, **data}))
        self._meter.add({f"ended:{kind}": 1})
        return True

    def latest(self) -> str:
        """Position of the newest event."""
        newest = self._redis.xrevrange(STREAM, count=1)
        return newest[0][0].decode() if newest else START

    def after(self, position: str, *, limit: int = KEPT) -> list[Event]:
        """Events later than `position`, oldest first."""
        return list(_read(self._redis.xrange(STREAM, min="(" + position, count=limit)))

    def wait(self, position: str, *, seconds: float) -> list[Event]:
        """Events later than `position`, waiting for the first one at most `seconds`."""
        answer = self._redis.xread({STREAM: position}, block=max(1, int(seconds * 1000)), count=1000)
        return [event for _, entries in answer or () for event in _read(entries)]


def _read(entries: Iterable[Any]) -> Iterable[Event]:
    for position, fields in entries:
        yield Event(fields[b"kind"].decode(), json.loads(fields[b"data"]), position.decode())
