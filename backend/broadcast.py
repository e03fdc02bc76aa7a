"""One reader of the event stream per process, fanned out to the clients that listen."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import RedisError

from contract.events import Event, Events

BACKLOG = 500
"""Events kept for a slow client; beyond that it is cut off, and told what it has missed when it comes back."""

BLOCK = 0.2
"""Seconds for which one read waits: no event is later for it, only the end of the thread."""

PATIENCE = 2.0
"""Seconds that the reader gets to stop."""

log = logging.getLogger(__name__)


class Listener:
    """What one client has not yet been sent. late: there was more than is kept for it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._events: deque[Event] = deque(maxlen=BACKLOG)
        self._news = asyncio.Event()
        self.late = False

    def offer(self, event: Event) -> None:
        """Append an event, from any thread."""
        self._loop.call_soon_threadsafe(self._append, event)

    async def next(self, *, seconds: float) -> Event | None:
        """The oldest unsent event; None if there is none within `seconds`."""
        if not self._events:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), seconds)
            except TimeoutError:
                return None
        return self._events.popleft()

    def _append(self, event: Event) -> None:
        self.late = self.late or len(self._events) == BACKLOG
        self._events.append(event)
        self._news.set()


class Broadcast:
    """Reads the stream in a thread and hands every event to every listener."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="broadcast", daemon=True)

    def start(self) -> None:
        """Read from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Read no more."""
        self._done.set()
        self._thread.join(PATIENCE)

    @contextmanager
    def listen(self) -> Iterator[Listener]:
        """A listener that gets every event from now on. To be called on the event loop."""
        listener = Listener(asyncio.get_running_loop())
        with self._lock:
            self._listeners.add(listener)
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners.discard(listener)

    def _run(self) -> None:
        position = ""
        while not self._done.is_set():
            try:
                position = position or self._events.latest()
                for event in self._events.wait(position, seconds=BLOCK):
                    position = event.position
                    self._hand_out(event)
            except Exception as error:  # whatever it was: without this thread no client would hear of anything
                log.warning("The event stream cannot be read: %s", error, exc_info=not isinstance(error, RedisError))
                self._done.wait(1.0)

    def _hand_out(self, event: Event) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener.offer(event)
            except RuntimeError:  # its event loop has closed
                with self._lock:
                    self._listeners.discard(listener)
