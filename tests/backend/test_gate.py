import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from redis import Redis

from backend.app import create_app
from backend.tokens import Role, Tokens
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


@pytest.fixture
def tokens(settings: Settings) -> Tokens:
    return Tokens(settings.data)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}".encode()}  # type: ignore[dict-item]


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


@pytest.mark.parametrize("path", ["/", "/api/v1/models", "/api/v1/events", "/openapi.json", "/readyz", "/metrics"])
def test_without_the_token_nothing_is_shown(guarded: TestClient, path: str) -> None:
    answer = guarded.get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/healthz", "/style/tokens.css", "/icon.svg"])
def test_health_and_what_the_sign_in_page_is_made_of_are_open(guarded: TestClient, page: Path, path: str) -> None:
    (page / "style").mkdir()
    (page / "style" / "tokens.css").touch()
    (page / "icon.svg").touch()
    assert guarded.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/style/../js/main.js", "/style/%2e%2e/js/main.js", "/style//x.css", "/session/x"])
def test_no_way_around(guarded: TestClient, path: str) -> None:
    assert guarded.get(path).status_code == 401


@pytest.mark.parametrize("token", ["open", "open sesame ", "öpen"])
def test_wrong_tokens(guarded: TestClient, token: str) -> None:
    assert guarded.get("/", params={"token": token}).status_code == 401


def test_a_bearer_comes_in(guarded: TestClient) -> None:
    assert guarded.get("/api/v1/models", headers=bearer("open sesame")).status_code == 200
    assert guarded.get("/api/v1/models", headers=bearer("closed")).status_code == 401


def test_the_token_in_the_address_becomes_a_session(guarded: TestClient) -> None:
    answer = guarded.get("/models/tiny", params={"token": "open sesame", "chi": "3"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/models/tiny?chi=3")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "sesame" not in cookie
    assert guarded.get("/api/v1/models").status_code == 200


def test_the_redirect_stays_on_this_site(guarded: TestClient) -> None:
    answer = guarded.get("//evil.example", params={"token": "open sesame"}, follow_redirects=False)
    assert not answer.headers.get("location", "").startswith("//")


def test_a_browser_is_shown_the_page_that_asks_and_no_other(guarded: TestClient) -> None:
    answer = guarded.get("/models/tiny?chi=3&x=<", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["cache-control"]) == (401, "no-store")
    assert 'name="where" value="/models/tiny?chi=3&amp;x=%3C"' in answer.text


SAY = "/api/v1/notes/tiny/conv1/1"
ANALYSE = "/api/v1/models/tiny/findings/analyses"


@pytest.mark.parametrize(
    ("role", "look", "ask", "say", "analyse"),
    [("view", 200, 403, 403, 403), ("run", 200, 202, 200, 403), ("admin", 200, 202, 200, 202)],
)
def test_roles(guarded: TestClient, tokens: Tokens, role: Role, look: int, ask: int, say: int, analyse: int) -> None:
    headers = bearer(tokens.add("x", role))
    assert guarded.get(ANALYSE, headers=headers).status_code == look
    assert guarded.post(URL, json=ASK, headers=headers).status_code == ask
    assert guarded.put(SAY, json={"favourite": True}, headers=headers).status_code == say
    assert guarded.post(ANALYSE, json={"what": "optima"}, headers=headers).status_code == analyse


def test_tokens_come_and_go_while_the_server_runs(client: TestClient, tokens: Tokens) -> None:
    assert client.get("/api/v1/models").status_code == 200
    token = tokens.add("ann", "view")
    assert client.get("/api/v1/models").status_code == 401
    assert client.get("/api/v1/models", headers=bearer(token)).status_code == 200
    client.get("/", params={"token": token})
    assert client.get("/api/v1/models").status_code == 200
    tokens.remove("ann")
    tokens.add("bob", "view")
    assert client.get("/api/v1/models").status_code == 401


def test_a_file_of_tokens_that_others_can_read_lets_nobody_in(guarded: TestClient, tokens: Tokens) -> None:
    token = tokens.add("ann", "view")
    tokens.file.chmod(0o644)
    answer = guarded.get("/api/v1/models", headers=bearer(token))
    assert (answer.status_code, "chmod 600" in answer.json()["detail"]) == (500, True)


def test_whoever_guesses_must_wait(guarded: TestClient) -> None:
    answers = [guarded.get("/readyz", headers=bearer(f"guess {n}")) for n in range(12)]
    assert [answer.status_code for answer in answers[:10]] == [401] * 10
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_a_holder_who_asks_too_fast_must_wait_and_others_need_not(
    settings: Settings, crew: Crew, queue_server: Redis, picture_server: Redis, tokens: Tokens
) -> None:
    app = create_app(dataclasses.replace(settings, rate=1), queue_server=queue_server, picture_server=picture_server)
    ann, bob = bearer(tokens.add("ann", "view")), bearer(tokens.add("bob", "view"))
    with TestClient(app, base_url="http://localhost") as client:
        states = [client.get("/version", headers=ann).status_code for _ in range(30)]
        assert (states[:10], states[-1]) == ([200] * 10, 429)
        assert client.get("/version", headers=bob).status_code == 200


def test_without_tokens_nobody_is_counted(
    settings: Settings, crew: Crew, queue_server: Redis, picture_server: Redis
) -> None:
    settings = dataclasses.replace(settings, rate=1, quota=1)
    app = create_app(settings, queue_server=queue_server, picture_server=picture_server)
    with TestClient(app, base_url="http://localhost") as client:
        assert {client.get("/version").status_code for _ in range(30)} == {200}
        assert {client.post(URL, json={**ASK, "unit": n}).status_code for n in range(4)} == {202}


def test_behind_a_proxy_the_server_answers_to_the_names_of_the_setting(
    settings: Settings, crew: Crew, queue_server: Redis, picture_server: Redis
) -> None:
    settings = dataclasses.replace(settings, hosts=("Lab.example",))
    app = create_app(settings, queue_server=queue_server, picture_server=picture_server)
    with TestClient(app, base_url="http://lab.example") as client:
        assert client.get("/version").status_code == 200
        assert client.get("/version", headers={"host": "other.example"}).status_code == 421
