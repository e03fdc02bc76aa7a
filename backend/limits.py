"""How much one holder of a token may ask for: requests a second, event streams at once, and new jobs a day."""

from __future__ import annotations

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from redis import Redis
from starlette.requests import Request

from backend.tokens import Holder
from contract.connection import Server
from contract.errors import KinetoscopeError

KEY = "kinetoscope:quota:"
KEPT_FOR = 2 * 86400
KNOWN_AT_MOST = 10_000
"""Buckets that are remembered: whoever asks from many addresses costs no more memory."""


class TooFast(KinetoscopeError):
    """More requests than may be made in that time."""

    status = 429
    title = "Too many requests"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Too many requests; the next one is welcome in {math.ceil(seconds)} s.")
        self.retry_after = math.ceil(seconds)


@dataclass
class Rate:
    """A bucket for each name: `each_second` drops run in, `burst` at most are held, and every request takes one.

    each_second: 0: no limit.
    """

    each_second: float
    burst: float
    clock: Callable[[], float] = time.monotonic
    _levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def check(self, name: str) -> None:
        """Raise TooFast if there is not one in the bucket."""
        level = self._level(name)
        if self.each_second and level < 1:
            raise TooFast((1 - level) / self.each_second)

    def take(self, name: str) -> None:
        """Take one. Raises TooFast, and then takes none."""
        self.check(name)
        self._levels[name] = (self._level(name) - 1, self.clock())
        self._levels.move_to_end(name)
        while len(self._levels) > KNOWN_AT_MOST:
            self._levels.popitem(last=False)

    def _level(self, name: str) -> float:
        now = self.clock()
        level, seen = self._levels.get(name, (self.burst, now))
        return min(self.burst, level + (now - seen) * self.each_second)


class TooManyStreams(KinetoscopeError):
    """The holder has as many event streams open as it may."""

    status = 429
    title = "Too many event streams"
    retry_after = 10

    def __init__(self, holder: Holder, limit: int) -> None:
        super().__init__(
            f"The token {holder.name!r} has {limit} event streams open, as many as it may (KINETOSCOPE_STREAMS). "
            "Close a page, or a program that listens."
        )


class Streams:
    """Event streams that are open, by holder. For one thread, the event loop's."""

    def __init__(self, limit: int) -> None:
        """limit: of each holder; 0: as many as they like."""
        self.limit = limit
        self._open: Counter[str] = Counter()

    def check(self, holder: Holder | None) -> None:
        """Raise TooManyStreams if there is not one left."""
        if holder and self.limit and self._open[holder.name] >= self.limit:
            raise TooManyStreams(holder, self.limit)

    @contextmanager
    def counted(self, holder: Holder | None) -> Iterator[None]:
        """One more for the time of the block."""
        name = holder.name if holder else ""
        self._open[name] += 1
        try:
            yield
        finally:
            self._open[name] -= 1
            self._open += Counter()  # names without any are forgotten


class QuotaSpent(KinetoscopeError):
    """The holder has had as many jobs today as it may."""

    status = 429
    title = "Quota spent"

    def __init__(self, holder: Holder, *, asked: int, used: int, limit: int, seconds: int) -> None:
        super().__init__(
            f"The token {holder.name!r} may have {limit} new jobs a day; {used} are used, {asked} more were asked for. "
            "The count begins anew at midnight UTC."
        )
        self.retry_after = seconds


class Quota:
    """New jobs by holder and day, counted on the queue's server. Holders of the role admin are not counted."""

    def __init__(self, connection: Redis, limit: int) -> None:
        """limit: new jobs a day; 0: as many as they like."""
        self._redis: Server = connection
        self.limit = limit

    def take(self, request: Request, jobs: int) -> None:
        """Count new jobs of whoever asks. Raises QuotaSpent, and counts none of them."""
        holder: Holder | None = request.scope.get("holder")
        if not (jobs and holder and self.limit) or holder.may("admin"):
            return
        now = datetime.now(UTC)
        key = f"{KEY}{holder.name}:{now:%Y-%m-%d}"
        with self._redis.pipeline() as pipe:
            pipe.incrby(key, jobs)
            pipe.expire(key, KEPT_FOR)
            used = pipe.execute()[0]
        if used > self.limit:
            self._redis.decrby(key, jobs)
            midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
            seconds = math.ceil((midnight - now).total_seconds())
            raise QuotaSpent(holder, asked=jobs, used=used - jobs, limit=self.limit, seconds=seconds)
