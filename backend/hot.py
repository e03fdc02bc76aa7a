"""Pictures that were sent a moment ago, in memory.

What everybody looks at is not fetched for each of them.
"""

from __future__ import annotations

from collections import OrderedDict

LIMIT = 64 * 1024 * 1024


class Hot:
    """Bytes by name, the least recently used dropped first. For one thread, the event loop's; contents never change."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._held: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._size = 0

    def get(self, identity: str, file: str) -> bytes | None:
        """A picture, if it is still here."""
        data = self._held.get((identity, file))
        if data is not None:
            self._held.move_to_end((identity, file))
        return data

    def put(self, identity: str, file: str, data: bytes) -> None:
        """Keep a picture; one that would fill a quarter of the room alone is not kept."""
        if len(data) > self._limit // 4 or (identity, file) in self._held:
            return
        self._held[identity, file] = data
        self._size += len(data)
        while self._size > self._limit:
            _, dropped = self._held.popitem(last=False)
            self._size -= len(dropped)
