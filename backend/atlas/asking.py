"""The server asked in this process, without a network: an atlas keeps what it would have answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI
from starlette.types import Message, Scope

from backend.desk import API


@dataclass(frozen=True)
class Answer:
    """What was answered; `json` where it is JSON."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


class Asking:
    """Asks `app` with a token that it knows."""

    def __init__(self, app: FastAPI, token: str) -> None:
        self._app = app
        self._headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {token}".encode())]

    async def get(self, path: str, query: dict[str, Any] | None = None) -> Answer:
        """GET `path` of the API, unquoted."""
        sent: list[Message] = []
        bodies = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> Message:
            return next(bodies, {"type": "http.disconnect"})

        async def send(message: Message) -> None:
            sent.append(message)

        await self._app(self._scope(f"{API}{path}", query or {}), receive, send)
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(sent[0]["status"], body)

    def _scope(self, path: str, query: dict[str, Any]) -> Scope:
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": quote(path).encode(),
            "root_path": "",
            "query_string": urlencode(query).encode(),
            "headers": list(self._headers),
            "client": ("127.0.0.1", 0),
            "server": ("localhost", 80),
        }
