"""The REST API of a running server, for commands that only ask it to do things (docs/api.md)."""

from __future__ import annotations

import argparse
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from contract import settings
from contract.errors import KinetoscopeError

PATIENCE_S = 300.0
"""A server that is being restarted is waited for so long."""


def add_server(parser: argparse.ArgumentParser) -> None:
    """Which server is asked, and as whom."""
    own = os.environ.get("KINETOSCOPE_URL", "http://127.0.0.1:8000")
    parser.add_argument("--url", default=own, help="address of the server, also KINETOSCOPE_URL (default: %(default)s)")
    parser.add_argument("--token", default=settings.read(os.environ).token, help="where the server asks for one")


class Refused(KinetoscopeError):
    """The server says no, or does not answer."""

    title = "Refused"


class Remote:
    """A server at `url`. Every method raises Refused, in the server's words."""

    def __init__(
        self, url: str, *, token: str = "", patience: float = PATIENCE_S, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.url, self.token, self.patience, self.sleep = url.rstrip("/"), token, patience, sleep
        self._reached = False

    def get(self, *parts: str | int, **query: Any) -> Any:
        """A resource. Names of `query` that are None are left out."""
        given = urlencode({name: value for name, value in query.items() if value is not None})
        return self._send("GET", _path(parts) + (f"?{given}" if given else ""), None)

    def post(self, *parts: str | int, body: Any = None) -> Any:
        """The answer to a request."""
        return self._send("POST", _path(parts), json.dumps({} if body is None else body).encode())

    def _send(self, method: str, path: str, data: bytes | None) -> Any:
        waited, pause = 0.0, 0.5
        while True:
            try:
                answer = self._once(method, path, data)
                self._reached = True
                return answer
            except urllib.error.HTTPError as reason:
                again = float(reason.headers.get("Retry-After") or 0)
                if reason.code not in (429, 503) or waited + again > self.patience:
                    raise Refused(_words(reason)) from reason
                pause = max(pause, again)
            except OSError as reason:  # of the network, URLError among them
                if not self._reached or waited > self.patience:  # a wrong address is told at once
                    why = getattr(reason, "reason", reason)
                    raise Refused(f"No answer from {self.url}: {why}. Is it where ./kinetoscope runs?") from reason
            self.sleep(pause)
            waited, pause = waited + pause, min(2 * pause, 10.0)

    def _once(self, method: str, path: str, data: bytes | None) -> Any:
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {self.token}"} if self.token else {}
        )
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())


def _path(parts: tuple[str | int, ...]) -> str:
    return "".join(f"/{quote(str(part), safe='')}" for part in parts)


def _words(reason: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(reason.read())["detail"])
    except (ValueError, KeyError, TypeError):
        return f"The server answers {reason.code} {reason.reason}."
