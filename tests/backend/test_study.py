"""Asking for a study; the routes' tests ask for each kind."""

from __future__ import annotations

from fastapi.testclient import TestClient

from contract.errors import ClipGone
from tests.backend.conftest import Crew

URL = "/api/v1/models/tiny/pyramids"


def test_asking_again_while_it_is_under_way_is_the_same_job(client: TestClient, crew: Crew) -> None:
    first, second = (client.post(URL, json={"clip": "drawn-0"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.headers["location"] == second.headers["location"]
    assert first.json()["job"]["id"] == second.json()["job"]["id"]
    assert crew.services.queue.count() == 1


def test_nothing_is_queued_for_a_clip_that_is_not_there(client: TestClient, crew: Crew) -> None:
    answer = client.post(URL, json={"clip": "c" * 32})
    assert (answer.status_code, answer.json()["title"]) == (ClipGone.status, ClipGone.title)
    assert crew.services.queue.count() == 0
