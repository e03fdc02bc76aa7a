import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from redis import Redis
from redis.exceptions import ConnectionError

OPENAPI = Path(__file__).parents[3] / "docs" / "openapi.json"


def test_the_process_is_alive_and_its_servers_can_be_reached(client: TestClient) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]) == (
        200,
        {"queue": "ok", "cache": "ok", "files": "ok", "disk": "ok"},
    )
    assert client.get("/version").json()["engine"]


def test_a_lost_server_is_said(client: TestClient, picture_server: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> None:
        raise ConnectionError("refused")

    monkeypatch.setattr(picture_server, "ping", lost)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["cache"]) == (503, "refused")
    assert client.get("/healthz").status_code == 200


def test_the_committed_description_is_that_of_the_code(app: FastAPI) -> None:
    """After a change of the API: ./kinetoscope openapi"""
    assert json.loads(OPENAPI.read_text()) == app.openapi()
