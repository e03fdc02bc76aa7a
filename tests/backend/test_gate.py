import dataclasses
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from redis import Redis

from backend.app import create_app
from contract.settings import Settings
from tests.backend.conftest import Crew

ASK = {"model": "tiny", "layer": "conv1", "unit": 1}
URL = "/api/v1/visualizations"


@pytest.fixture
def guarded(settings: Settings, crew: Crew, queue_server: Redis, picture_server: Redis) -> Iterator[TestClient]:
    settings = dataclasses.replace(settings, token="open sesame", loopback=False)
    app = create_app(settings, queue_server=queue_server, picture_server=picture_server)
    with TestClient(app, base_url="http://lab.example:8000") as client:
        yield client


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "localhost.evil.example", ""])
def test_foreign_names_are_refused_on_loopback(client: TestClient, host: str) -> None:
    assert client.get("/api/v1/models", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "localhost:8123", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
def test_own_names_are_welcome(client: TestClient, host: str) -> None:
    assert client.get("/api/v1/models", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
     {"origin": "http://localhost:9999"}],
)  # fmt: skip
def test_other_sites_cannot_make_a_browser_ask(client: TestClient, crew: Crew, headers: dict[str, str]) -> None:
    assert client.post(URL, json=ASK, headers=headers).status_code == 403
    assert crew.services.queue.count() == 0


def test_the_page_itself_can(client: TestClient) -> None:
    headers = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}
    assert client.post(URL, json=ASK, headers=headers).status_code == 202


@pytest.mark.parametrize("path", ["/", "/api/v1/models", "/api/v1/events", "/openapi.json", "/readyz"])
def test_without_the_token_nothing_is_shown(guarded: TestClient, path: str) -> None:
    answer = guarded.get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_health_is_open(guarded: TestClient) -> None:
    assert guarded.get("/healthz").status_code == 200


@pytest.mark.parametrize("token", ["", "open", "open sesame ", "öpen"])
def test_wrong_tokens(guarded: TestClient, token: str) -> None:
    assert guarded.get("/", params={"token": token}).status_code == 401


def test_a_bearer_comes_in(guarded: TestClient) -> None:
    assert guarded.get("/api/v1/models", headers={"authorization": "Bearer open sesame"}).status_code == 200
    assert guarded.get("/api/v1/models", headers={"authorization": "Bearer closed"}).status_code == 401


def test_the_token_in_the_address_becomes_a_cookie(guarded: TestClient) -> None:
    answer = guarded.get("/models/tiny", params={"token": "open sesame", "chi": "3"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/models/tiny?chi=3")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert guarded.get("/api/v1/models").status_code == 200


def test_the_redirect_stays_on_this_site(guarded: TestClient) -> None:
    answer = guarded.get("//evil.example", params={"token": "open sesame"}, follow_redirects=False)
    assert not answer.headers.get("location", "").startswith("//")
