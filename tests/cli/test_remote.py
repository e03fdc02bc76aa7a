"""What is heard of a server that is busy, restarting, or not there."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cli.remote import Refused, Remote

Answers = list[tuple[int, dict[str, str], bytes]]


@pytest.fixture
def server() -> Iterator[tuple[str, Answers, list[str]]]:
    """Gives its answers one after the other, the last one for ever; what it was asked."""
    answers: Answers = []
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers.get('Authorization', '')}".strip())
            status, headers, body = answers.pop(0) if len(answers) > 1 else answers[0]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    served = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}", answers, asked
    served.shutdown()
    served.server_close()


def test_names_are_parts_of_a_path_and_the_token_goes_along(server) -> None:
    url, answers, asked = server
    answers.append((200, {}, b'{"a": 1}'))
    assert Remote(url, token="secret").get("models", "a/b", limit=3, sort=None) == {"a": 1}
    assert asked == ["/api/v1/models/a%2Fb?limit=3 Bearer secret"]


def test_a_busy_server_is_asked_again_when_it_says(server) -> None:
    url, answers, _ = server
    answers += [(429, {"Retry-After": "7"}, b""), (503, {}, b""), (200, {}, b"{}")]
    waited: list[float] = []
    assert Remote(url, sleep=waited.append).get("x") == {}
    assert waited[0] == 7


def test_patience_ends(server) -> None:
    url, answers, _ = server
    answers.append((429, {"Retry-After": "60"}, json.dumps({"detail": "Enough for today."}).encode()))
    waited: list[float] = []
    with pytest.raises(Refused, match="Enough for today"):
        Remote(url, patience=100, sleep=waited.append).get("x")
    assert sum(waited) <= 100


def test_an_error_is_told_in_the_servers_words_or_by_its_number(server) -> None:
    url, answers, _ = server
    answers += [(404, {}, b'{"detail": "There is no x."}'), (500, {}, b"<html>")]
    with pytest.raises(Refused, match="There is no x"):
        Remote(url).get("x")
    with pytest.raises(Refused, match="500"):
        Remote(url).get("x")


def test_a_server_that_goes_away_is_waited_for_but_a_wrong_address_is_not(server) -> None:
    url, answers, _ = server
    answers.append((200, {}, b"{}"))
    remote, waited = Remote(url, patience=5, sleep=lambda s: waited.append(s)), []
    remote.get("x")
    remote.url = "http://127.0.0.1:9"
    with pytest.raises(Refused, match="No answer from"):
        remote.get("x")
    assert sum(waited) > 5
    with pytest.raises(Refused):
        Remote("http://127.0.0.1:9", sleep=lambda s: pytest.fail("waits for a wrong address")).get("x")
