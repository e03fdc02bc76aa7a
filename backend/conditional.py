"""ETags of JSON answers: unchanged ones need not be sent again."""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether the client has that version already."""
    if not if_none_match:
        return False
    held = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return "*" in held or etag in held


class ConditionalJson:
    """Gives whole JSON answers to GET an ETag and `no-cache`; answers 304 where it matches."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        held = Headers(scope=scope).get("if-none-match")
        await self.app(scope, receive, _Tagger(send, held))


class _Tagger:
    """Holds back the start of an answer until its body is known."""

    def __init__(self, send: Send, held: str | None) -> None:
        self._send, self._held = send, held
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_json(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            await self._finish(self._start, message)

    async def _finish(self, start: Message, body: Message) -> None:
        self._start = None
        if not body.get("more_body"):
            start, body = self._tag(start, body)
        await self._send(start)
        await self._send(body)

    def _tag(self, start: Message, body: Message) -> tuple[Message, Message]:
        etag = f'"{hashlib.sha256(body["body"]).hexdigest()[:32]}"'
        headers = MutableHeaders(raw=start["headers"])
        headers["ETag"], headers["Cache-Control"] = etag, "no-cache"
        if not matches(self._held, etag):
            return start, body
        del headers["content-length"]
        return {**start, "status": 304, "headers": headers.raw}, {"type": "http.response.body", "body": b""}


def _is_json(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == 200 and kind.startswith("application/json")
