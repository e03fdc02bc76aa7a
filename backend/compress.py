"""Whole text answers are sent gzipped to clients that take it: pages, scripts, JSON. Pictures and streams are left."""

from __future__ import annotations

import gzip
from functools import lru_cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WORTH_IT = 1000
"""Bytes below which nothing is gained."""

LEVEL = 5
TEXT = ("text/html", "text/css", "text/javascript", "text/plain", "application/json", "application/problem+json")
FILES = ("text/css", "text/javascript")
"""Sent as they are again and again: packed once."""
DRAWN = ("image/svg+xml",)


class Compress:
    """Answers with an ETag keep it in its weak form: the bytes differ, the content does not."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        wanted = scope["type"] == "http" and "gzip" in Headers(scope=scope).get("accept-encoding", "")
        await self.app(scope, receive, _Packer(send) if wanted else send)


class _Packer:
    """Holds back the start of a text answer until its body is known; one that comes in parts goes as it is."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_text(message):
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            start, message = _packed(start, message)
            await self._send(start)
        await self._send(message)


def _is_text(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    kind = headers.get("content-type", "").partition(";")[0]
    return start["status"] != 206 and kind in TEXT + DRAWN and "content-encoding" not in headers


def _packed(start: Message, body: Message) -> tuple[Message, Message]:
    headers = MutableHeaders(raw=list(start["headers"]))
    headers.add_vary_header("Accept-Encoding")
    data = body.get("body", b"")
    if body["type"] == "http.response.body" and not body.get("more_body") and len(data) >= WORTH_IT:
        data = _again(data) if headers["content-type"].startswith(FILES) else _gzip(data)
        headers["Content-Encoding"], headers["Content-Length"] = "gzip", str(len(data))
        if headers.get("etag", "").startswith('"'):
            headers["ETag"] = "W/" + headers["etag"]
        body = {**body, "body": data}
    return {**start, "headers": headers.raw}, body


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, LEVEL, mtime=0)


_again = lru_cache(maxsize=512)(_gzip)
