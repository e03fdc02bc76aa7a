"""What is held is sent as the route would send it, and to nobody else."""

import asyncio
import dataclasses

import pytest
from fastapi.testclient import TestClient
from redis import Redis

from backend.app import create_app
from backend.hot import Hot
from backend.resend import Resend
from contract.settings import Settings
from tests.backend.conftest import Crew
from tests.fakes import spec

ID = spec(1).id
PATH = f"/api/v1/media/{ID}/motion.webp"


def ask(path: str = PATH, *, method: str = "GET", query: bytes = b"", headers: tuple = ()) -> list[dict]:
    """What a client is sent where one picture is held; one message of another sort if the routes were asked."""
    hot, sent = Hot(), []
    hot.put(ID, "motion.webp", b"strip")

    async def routes(_scope, _receive, send) -> None:
        await send({"type": "routes"})

    async def send(message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": list(headers)}
    asyncio.run(Resend(routes, hot=hot)(scope, None, send))  # type: ignore[arg-type]
    return sent


def test_a_picture_that_is_held_is_sent_at_once() -> None:
    start, body = ask()
    assert (start["status"], body["body"]) == (200, b"strip")


@pytest.mark.parametrize(
    "other",
    [
        {"path": PATH.replace("motion", "other")},
        {"path": PATH + "/more"},
        {"path": "/api/v1/models"},
        {"method": "HEAD"},
        {"query": b"a=1"},
        {"headers": ((b"range", b"bytes=0-1"),)},
        {"headers": ((b"if-none-match", b'"x"'),)},
    ],
)
def test_all_else_is_the_routes_business(other: dict) -> None:
    assert ask(**other) == [{"type": "routes"}]


def test_the_second_answer_is_as_the_first(client: TestClient, crew: Crew) -> None:
    crew.services.queue.submit(spec(1))
    crew.work()
    first, second = client.get(PATH), client.get(PATH)
    assert first.content == second.content == b"strip of " + ID.encode()
    assert dict(first.headers) == dict(second.headers)
    assert client.get(PATH + "?a=1").status_code == 422


def test_nobody_is_sent_what_is_held_without_a_token(
    settings: Settings, crew: Crew, queue_server: Redis, picture_server: Redis
) -> None:
    crew.services.queue.submit(spec(1))
    crew.work()
    guarded = dataclasses.replace(settings, token="secret")
    app = create_app(guarded, queue_server=queue_server, picture_server=picture_server)
    with TestClient(app, base_url="http://localhost") as client:
        known = {"authorization": "Bearer secret"}
        assert [client.get(PATH, headers=known).status_code for _ in range(2)] == [200, 200]
        assert client.get(PATH).status_code == 401
        assert client.get(PATH, headers={"host": "evil.example", **known}).status_code == 421
