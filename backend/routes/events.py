"""Server-sent events: what happens to visualizations, as it happens, with replay for those who come back."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.sse import format_sse_event
from redis.exceptions import RedisError
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from backend.answers import Analysis, Visualization
from backend.broadcast import Broadcast
from backend.desk import Desk
from backend.limits import Streams
from backend.tokens import Holder
from contract.events import ENDINGS, Event, order
from contract.store import ID

IDS_AT_MOST = 512
PING_EVERY = 15.0
LOOK_UP_EVERY = 0.5
ENDED_AT_MOST = 1000
"""Endings that are remembered for each stream, so that one that is open for days costs no more memory."""

POSITION = re.compile(r"\d{1,20}-\d{1,20}")
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def routes(*, desk: Desk, broadcast: Broadcast, streams: Streams, closing: asyncio.Event) -> APIRouter:
    """The router. `closing` is set when the server is about to stop: open streams end then."""
    router = APIRouter(tags=["events"])

    @router.get("/events", response_class=StreamingResponse)
    async def events(
        request: Request,
        ids: Annotated[str, Query(max_length=40 * IDS_AT_MOST)] = "",
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> StreamingResponse:
        """Events of the visualizations in `ids` (separated by commas), or of all.

        A new listener to `ids` is first told their present state; one that comes back with `Last-Event-ID` is told
        what it has missed. A holder of a token may have a limited number open at once: 429 beyond.
        """
        wanted, holder = _ids(ids), request.scope.get("holder")
        streams.check(holder)
        stream = _stream(desk, broadcast, wanted=wanted, since=_position(last_event_id), closing=closing)
        counted = _counted(stream, streams, holder)
        return StreamingResponse(counted, media_type="text/event-stream", headers=HEADERS)

    return router


async def _counted(stream: AsyncGenerator[bytes], streams: Streams, holder: Holder | None) -> AsyncIterator[bytes]:
    """The stream, counted while it is read. One that nobody begins to read costs nothing."""
    with streams.counted(holder):
        async with aclosing(stream):
            async for part in stream:
                yield part


def _ids(text: str) -> list[str]:
    ids = [each for each in text.split(",") if each]
    for each in ids:
        if not ID.fullmatch(each):
            raise RequestValidationError([{"loc": ("query", "ids"), "msg": f"{each!r} is not a visualization's id."}])
    return list(dict.fromkeys(ids))


def _position(text: str | None) -> str | None:
    return text if text and POSITION.fullmatch(text) else None


async def _stream(
    desk: Desk, broadcast: Broadcast, *, wanted: Sequence[str], since: str | None, closing: asyncio.Event
) -> AsyncGenerator[bytes]:
    """Listen first, then look: so nothing falls in between. One that reads too slowly is cut off, and comes back."""
    only = frozenset(wanted)
    with broadcast.listen() as listener:
        yield b": hello\n\n"
        try:
            past = await run_in_threadpool(_past, desk, wanted, since)
        except RedisError:
            return  # the client comes back, with what it heard last
        told = _Told(since)
        for event in past:
            if told.is_news(event, only):
                yield _line(event)
        quiet = 0.0
        while not closing.is_set() and not listener.late:
            event = await listener.next(seconds=LOOK_UP_EVERY)
            quiet = 0.0 if event else quiet + LOOK_UP_EVERY
            if event and told.is_news(event, only):
                yield _line(event)
            elif quiet >= PING_EVERY:
                quiet = 0.0
                yield b": ping\n\n"


class _Told:
    """What one client has been told: nothing twice, and no second ending."""

    def __init__(self, since: str | None) -> None:
        self._latest = order(since) if since else (0, 0)
        self._ended: dict[str, None] = {}

    def is_news(self, event: Event, only: frozenset[str]) -> bool:
        """Whether to send the event; takes note of it."""
        if only and event.id and event.id not in only:
            return False
        if event.position:
            if order(event.position) <= self._latest:
                return False
            self._latest = order(event.position)
        if event.kind in ENDINGS:
            if event.id in self._ended:
                return False
            self._ended[event.id] = None
            if len(self._ended) > ENDED_AT_MOST:
                del self._ended[next(iter(self._ended))]
        elif event.kind in ("queued", "started"):
            self._ended.pop(event.id, None)
        return True


def _past(desk: Desk, wanted: Sequence[str], since: str | None) -> Iterable[Event]:
    if since:
        return desk.events.after(since)
    specs = {identity: record.spec for identity, record in desk.queue.records(wanted).items()}
    specs |= {identity: result.spec for identity, result in desk.store.results(wanted).items()}
    return [event for view in desk.views(list(specs.values())) for event in _present(view)]


def _present(view: Visualization | Analysis) -> list[Event]:
    """The state of a job, told as events without a position."""
    if view.state == "queued":
        return [Event("queued", {"id": view.id, "position": view.position})]
    if view.state == "running":
        return [Event("started", {"id": view.id}), *_running(view)]
    if view.state == "failed":
        return [Event("failed", {"id": view.id, "error": view.error})]
    return [Event(view.state, {"id": view.id})] if view.state in ENDINGS else []


def _running(view: Visualization | Analysis) -> list[Event]:
    if view.progress is None:
        return []
    facts = view.progress.model_dump(include={"step", "steps", "phase", "activation", "eta_s"})
    events = [Event("progress", {"id": view.id, **facts})]
    if view.progress.preview:
        events.append(Event("preview", {"id": view.id, "url": view.progress.preview, "step": view.progress.step}))
    return events


def _line(event: Event) -> bytes:
    return format_sse_event(data_str=json.dumps(event.data), event=event.kind, id=event.position or None)
