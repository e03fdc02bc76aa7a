"""What the server refuses, in its words."""

from __future__ import annotations

from typing import Any

import httpx


class Problem(Exception):
    """An answer that is an error (RFC 9457). Its text is what a person should read.

    status: of HTTP; 0: the server was not reached. allowed, did_you_mean: what would have been right, where the server
    knows. errors: per part of the request that is wrong, {"pointer", "detail"}.
    """

    def __init__(self, status: int, title: str, detail: str, **more: Any) -> None:
        super().__init__(f"{title} {detail}".strip())
        self.status, self.title, self.detail = status, title, detail
        self.allowed: list[Any] = more.get("allowed") or []
        self.did_you_mean: str | None = more.get("did_you_mean")
        self.errors: list[dict[str, str]] = more.get("errors") or []


def checked(answer: httpx.Response) -> httpx.Response:
    """The answer, if it is none. Raises Problem. Its body must have been read."""
    if answer.status_code < 400:
        return answer
    try:
        told = answer.json()
    except ValueError:
        told = {}
    if not isinstance(told, dict) or "title" not in told:
        raise Problem(answer.status_code, f"HTTP {answer.status_code}.", answer.text[:200])
    more = {name: told.get(name) for name in ("allowed", "did_you_mean", "errors")}
    raise Problem(answer.status_code, told["title"] + ":", told.get("detail") or "", **more)


def unreachable(url: str, reason: httpx.TransportError) -> Problem:
    """The server did not answer."""
    why = str(reason) or type(reason).__name__
    return Problem(0, f"No answer from {url}:", f"{why}. Does ./kinetoscope run there, and on that port?")
