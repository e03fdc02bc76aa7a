"""Pictures that are in memory, sent before a route is looked for: finding one costs more than sending the bytes."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.desk import API
from backend.hot import Hot

PATH = re.compile(rf"{API}/media/([0-9a-f]{{32}})/([A-Za-z0-9][A-Za-z0-9_.\-]{{0,99}})")
TYPES = {"webp": "image/webp", "png": "image/png", "gif": "image/gif", "mp4": "video/mp4", "json": "application/json"}
IMMUTABLE = "public, max-age=31536000, immutable"
OTHERWISE = frozenset({b"range", b"if-none-match"})


def kind_of(file: str) -> str:
    """Media type by the ending of a name."""
    return TYPES.get(file.rpartition(".")[2], "application/octet-stream")


def headers_of(identity: str, file: str) -> dict[str, str]:
    """What is said of a picture: it never changes."""
    return {"Cache-Control": IMMUTABLE, "ETag": f'"{identity}-{file}"', "Accept-Ranges": "bytes"}


class Resend:
    """Answers GET of a whole picture that is held; all else goes on to the routes, which see to what is held."""

    def __init__(self, app: ASGIApp, *, hot: Hot) -> None:
        self.app, self.hot = app, hot

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        messages = self._answer(scope)
        if messages is None:
            await self.app(scope, receive, send)
            return
        for message in messages:
            await send(message)

    def _answer(self, scope: Scope) -> tuple[Message, Message] | None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
            return None
        place = PATH.fullmatch(scope["path"])
        if place is None or any(name in OTHERWISE for name, _ in scope["headers"]):
            return None
        identity, file = place.groups()
        data = self.hot.get(identity, file)
        if data is None:
            return None
        headers = {**headers_of(identity, file), "Content-Length": str(len(data)), "Content-Type": kind_of(file)}
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        start = {"type": "http.response.start", "status": 200, "headers": raw}
        return start, {"type": "http.response.body", "body": data}
