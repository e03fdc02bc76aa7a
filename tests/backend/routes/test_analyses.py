from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from contract.settings import Settings
from tests.backend.conftest import Crew

URL = "/api/v1/models/tiny/findings/analyses"


@pytest.fixture
def settings(tmp_path: Path, page: Path) -> Settings:
    clips = {"ucf": tmp_path / "ucf101"}
    return Settings(data=tmp_path / "data", frontend=page, demo_card=tmp_path / "none.json", clips=clips)


def test_what_can_be_asked_for_is_listed_and_asks_for_nothing(client: TestClient, crew: Crew) -> None:
    items = client.get(URL).json()["items"]
    assert [(each["spec"]["what"], each["spec"]["clips"], each["state"]) for each in items] == [
        ("clips", "ucf", "absent"),
        ("optima", "", "absent"),
    ]
    assert crew.services.queue.count() == 0


def test_an_analysis_is_a_job_from_its_request_to_its_end(client: TestClient, crew: Crew) -> None:
    answer = client.post(URL, json={"what": "clips", "clips": "ucf"})
    assert answer.status_code == 202
    body = answer.json()
    assert (body["state"], body["position"]) == ("queued", 1)
    assert answer.headers["location"] == body["url"] == f"/api/v1/jobs/{body['id']}"
    listed = client.get("/api/v1/jobs?state=queued").json()["items"]
    assert [(each["id"], each["priority"]) for each in listed] == [(body["id"], "batch")]
    crew.work()
    job = client.get(body["url"]).json()
    assert (job["state"], job["worker"], job["spec"]["clips"]) == ("finished", "crew", "ucf")
    assert client.get(URL).json()["items"][0]["state"] == "finished"
    assert len(crew.engine.analysed) == 5


def test_asking_twice_is_one_job_and_asking_again_afterwards_another(client: TestClient, crew: Crew) -> None:
    body = {"what": "optima"}
    first, second = client.post(URL, json=body).json(), client.post(URL, json=body).json()
    assert first["id"] == second["id"]
    assert crew.services.queue.count() == 1
    crew.work()
    assert client.post(URL, json=body).json()["state"] == "queued"


def test_it_is_canceled_and_taken_up_again_like_any_job(client: TestClient, crew: Crew) -> None:
    body = client.post(URL, json={"what": "clips", "clips": "ucf"}).json()
    assert client.post(f"{body['url']}/cancel").json()["state"] == "canceled"
    crew.work()
    assert crew.engine.analysed == []
    assert client.post(f"{body['url']}/retry").json()["state"] == "queued"
    crew.work()
    assert client.get(body["url"]).json()["state"] == "finished"


def test_a_failure_is_told_in_words(client: TestClient, crew: Crew) -> None:
    crew.engine.explode = RuntimeError("boom")
    body = client.post(URL, json={"what": "clips", "clips": "ucf"}).json()
    for _ in range(4):
        crew.work()
    job = client.get(body["url"]).json()
    assert (job["state"], job["attempts"]) == ("failed", 4)
    assert "boom" in job["error"]


def test_an_analysis_is_no_visualization(client: TestClient) -> None:
    identity = client.post(URL, json={"what": "optima"}).json()["id"]
    assert client.get(f"/api/v1/visualizations/{identity}").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"what": "clips", "clips": "ucg"}, 404, "Did you mean ucf"),
        ({"what": "clips", "clips": "/etc/passwd"}, 404, "There is no set of clips '/etc/passwd'"),
        ({"what": "clips"}, 404, "There is no set of clips ''"),
        ({"what": "all"}, 422, "#/what"),
        ({"what": "optima", "units": 65}, 422, "#/units"),
        ({"what": "clips", "folder": "/etc"}, 422, "#/folder"),
    ],
)
def test_mistakes_are_answered_in_words(client: TestClient, body: dict, status: int, words: str) -> None:
    answer = client.post(URL, json=body)
    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert client.get("/api/v1/models/tinny/findings/analyses").status_code == 404
