import asyncio
from typing import Any

import pytest

from backend import body
from backend.body import AT_MOST, BodyLimit


async def echo(scope: Any, receive: Any, send: Any) -> None:
    message = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": message["body"]})


def ask(*parts: bytes, silent: bool = False) -> tuple[int, bytes]:
    """The answer to a body that comes in parts; `silent`: and then nothing more."""
    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    left, sent = list(parts), []

    async def receive() -> dict:
        if not left:
            await asyncio.sleep(3600)
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(left) or silent}

    async def send(message: dict) -> None:
        sent.append(message)

    asyncio.run(BodyLimit(echo)(scope, receive, send))
    return sent[0]["status"], sent[1]["body"]


def test_parts_are_put_together() -> None:
    assert ask(b"one", b"two") == (200, b"onetwo")


def test_one_byte_too_many() -> None:
    assert ask(b"x" * AT_MOST)[0] == 200
    assert ask(b"x" * AT_MOST, b"x")[0] == 413


def test_who_does_not_finish_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "WITHIN", 0.05)
    assert ask(b"x", silent=True)[0] == 408
