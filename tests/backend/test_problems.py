"""Every error is problem+json: type, title, status, detail, instance; and where they apply allowed, did_you_mean and
errors with JSON pointers. No error shows how the server is made."""

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from redis.exceptions import ConnectionError, OutOfMemoryError

from backend.body import AT_MOST
from tests.backend.conftest import Crew

V = "/api/v1/visualizations"


def check(answer: httpx.Response, status: int) -> dict:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    body = answer.json()
    assert {"type", "title", "status", "detail", "instance"} <= set(body)
    assert body["status"] == status
    assert body["instance"] == answer.url.path
    assert "Traceback" not in answer.text
    return body


@pytest.mark.parametrize("accept", ["application/json", "text/html", "*/*"])
@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api", "/api/", "/api/v2/models", "/api/v1/models/", "/api/v1"])
def test_an_unknown_address_under_api_is_never_the_page(client: TestClient, path: str, accept: str) -> None:
    check(client.get(path, headers={"accept": accept}), 404)


@pytest.mark.parametrize(
    ("method", "path", "allow"), [("DELETE", "/api/v1/jobs", "GET"), ("PUT", V, "POST"), ("POST", "/jobs", "GET")]
)
def test_a_wrong_method(client: TestClient, method: str, path: str, allow: str) -> None:
    answer = client.request(method, path)
    check(answer, 405)
    assert allow in answer.headers["allow"]


def test_a_large_body_is_refused_announced_or_not(client: TestClient, crew: Crew) -> None:
    check(client.post(V, content=b" " * (AT_MOST + 1)), 413)
    parts = (b" " * 65536 for _ in range(AT_MOST // 65536 + 1))
    check(client.post(V, content=parts, headers={"content-type": "application/json"}), 413)
    assert crew.services.queue.count() == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{" * 5000])
def test_what_is_not_a_request(client: TestClient, crew: Crew, content: bytes) -> None:
    body = check(client.post(V, content=content, headers={"content-type": "application/json"}), 422)
    assert body["errors"][0]["pointer"].startswith("#")
    assert crew.services.queue.count() == 0


def test_other_content_types_are_not_read_as_json(client: TestClient, crew: Crew) -> None:
    content = b'{"model": "tiny", "layer": "conv1", "unit": 1}'
    check(client.post(V, content=content, headers={"content-type": "text/plain"}), 422)
    assert crew.services.queue.count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/jobs?stat=queued",
        "/api/v1/jobs?state=done",
        "/api/v1/jobs?limit=0",
        "/api/v1/jobs?cursor=x",
        "/api/v1/models?x=1",
        "/api/v1/models/tiny/layers/conv1/units?limit=100000",
        "/api/v1/models/tiny/layers/conv1/units?offset=-1",
        "/api/v1/models/tiny/layers/conv1/units?sed=1",
        "/api/v1/models/tiny/layers/conv1/units/x",
        "/api/v1/models/tiny/layers/conv1/units/1?chi=nan",
        "/api/v1/models/tiny/layers/conv1/units/1?chi=inf",
        "/api/v1/events?ids=x",
    ],
)
def test_queries_are_checked(client: TestClient, path: str) -> None:
    body = check(client.get(path), 422)
    assert body["errors"]


def test_a_misspelt_query_is_answered_with_the_right_one(client: TestClient) -> None:
    assert "'state'" in client.get("/api/v1/jobs?stat=queued").json()["detail"]


@pytest.mark.parametrize("path", [f"{V}/{'0' * 32}", f"{V}/nonsense", "/api/v1/media/x/y.webp"])
def test_unknown_ids(client: TestClient, path: str) -> None:
    check(client.get(path), 404)


def fail_with(app: FastAPI, error: Exception) -> None:
    def route() -> None:
        raise error

    app.router.routes.insert(0, next(iter(_routes(route))))


def _routes(route):
    inner = FastAPI()
    inner.get("/api/v1/boom")(route)
    return [each for each in inner.routes if getattr(each, "path", "") == "/api/v1/boom"]


@pytest.mark.parametrize(
    ("error", "status"),
    [(RuntimeError("secret"), 500), (ConnectionError("secret"), 503), (OutOfMemoryError("secret"), 507)],
)
def test_failures_of_the_server_say_nothing_of_its_inside(
    app: FastAPI, client: TestClient, error: Exception, status: int
) -> None:
    fail_with(app, error)
    body = check(client.get("/api/v1/boom"), status)
    assert "secret" not in str(body)
