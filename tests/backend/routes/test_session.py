import dataclasses
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from redis import Redis

from backend.app import create_app
from backend.tokens import Tokens
from contract.settings import Settings
from tests.backend.conftest import Crew

WHO = "/api/v1/session"


@pytest.fixture
def guarded(settings: Settings, crew: Crew, queue_server: Redis, picture_server: Redis) -> Iterator[TestClient]:
    settings = dataclasses.replace(settings, loopback=False)
    app = create_app(settings, queue_server=queue_server, picture_server=picture_server)
    with TestClient(app, base_url="http://lab.example") as client:
        yield client


@pytest.fixture
def token(settings: Settings) -> str:
    return Tokens(settings.data).add("ann", "run")


def test_without_tokens_everybody_may_do_everything(client: TestClient) -> None:
    assert client.get(WHO).json() == {"name": None, "role": "admin"}


def test_the_way_in_and_out(guarded: TestClient, token: str) -> None:
    shown = guarded.get("/models/tiny", headers={"accept": "text/html"})
    assert shown.status_code == 401
    form = {"token": f" {token}\n", "where": "/models/tiny"}
    answer = guarded.post("/session", data=form, headers={"origin": "http://lab.example"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/models/tiny")
    assert guarded.get(WHO).json() == {"name": "ann", "role": "run"}
    guarded.post("/session/end", follow_redirects=False)
    assert guarded.get(WHO).status_code == 401


def test_a_wrong_token_is_said_on_the_page(guarded: TestClient, token: str) -> None:
    answer = guarded.post("/session", data={"token": "wrong", "where": "/compare"})
    assert answer.status_code == 401
    assert "none of this server" in answer.text
    assert 'value="/compare"' in answer.text
    answers = [guarded.post("/session", data={"token": "wrong"}) for _ in range(12)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"]


def test_another_site_signs_nobody_in(guarded: TestClient, token: str) -> None:
    answer = guarded.post("/session", data={"token": token}, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403
    assert guarded.get(WHO).status_code == 401


def test_nobody_is_sent_elsewhere(guarded: TestClient, token: str) -> None:
    form = {"token": token, "where": "https://evil.example/"}
    assert guarded.post("/session", data=form, follow_redirects=False).headers["location"] == "/"


def test_a_quota_counts_what_is_new(
    settings: Settings, crew: Crew, queue_server: Redis, picture_server: Redis, token: str
) -> None:
    app = create_app(dataclasses.replace(settings, quota=3), queue_server=queue_server, picture_server=picture_server)
    ask = {"model": "tiny", "layer": "conv1", "unit": 1}
    with TestClient(app, base_url="http://localhost", headers={"authorization": f"Bearer {token}"}) as client:
        for _ in range(5):
            assert client.post("/api/v1/visualizations", json=ask).status_code == 202
        batch = {"model": "tiny", "layer": "conv1", "units": [1, 2, 3], "variants": ["slow"]}
        assert client.post("/api/v1/visualizations/batch", json=batch).status_code == 202
        refused = client.post("/api/v1/visualizations", json={**ask, "unit": 4})
        assert (refused.status_code, refused.json()["title"]) == (429, "Quota spent")
        assert int(refused.headers["retry-after"]) > 0
        assert crew.services.queue.count() == 3


def test_a_quota_counts_a_sweep_and_a_study_once(
    settings: Settings, crew: Crew, queue_server: Redis, picture_server: Redis, token: str
) -> None:
    app = create_app(dataclasses.replace(settings, quota=5), queue_server=queue_server, picture_server=picture_server)
    sweep = {"model": "tiny", "layers": ["conv1"], "units": "0-3", "variants": ["slow"]}
    pyramid = {"clip": "drawn-0"}
    with TestClient(app, base_url="http://localhost", headers={"authorization": f"Bearer {token}"}) as client:
        for _ in range(3):
            assert client.post("/api/v1/sweeps", json=sweep).status_code == 202
            assert client.post("/api/v1/models/tiny/pyramids", json=pyramid).status_code == 202
        assert client.post("/api/v1/models/tiny/pyramids", json={"clip": "drawn-1"}).status_code == 429
        assert client.post("/api/v1/sweeps", json={**sweep, "units": "6"}).status_code == 429
