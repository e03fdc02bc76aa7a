"""How large a request's body may be, and how long it may take to come."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.problems import problem

AT_MOST = 256 * 1024
WITHIN = 30.0
"""Seconds in which a body must have come: whoever sends a byte now and then holds nothing for long."""

WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


class BodyLimit:
    """Refuses bodies of more than AT_MOST bytes, announced or not, and such as do not come.

    streams: paths that take larger ones, in parts, and have limits of their own.
    """

    def __init__(self, app: ASGIApp, *, streams: Collection[str] = ()) -> None:
        self.app, self.streams = app, streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] in WITHOUT_BODY or scope["path"] in self.streams:
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        try:
            body = None if announced.isdigit() and int(announced) > AT_MOST else await _read(receive)
        except TimeoutError:
            await problem(408, f"The body did not come within {WITHIN:.0f} s.", instance=scope["path"])(
                scope, receive, send
            )
            return
        if body is None:
            refusal = problem(413, f"At most {AT_MOST} bytes are accepted.", instance=scope["path"])
            await refusal(scope, receive, send)
            return
        await self.app(scope, _replay(body, receive), send)


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None if it is too large. Raises TimeoutError."""
    body = b""
    async with asyncio.timeout(WITHIN):
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > AT_MOST:
                return None
            if not message.get("more_body"):
                return body


def _replay(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
