from fastapi.testclient import TestClient

from contract.events import START
from contract.shelf import WorkerCard
from tests.backend.conftest import Crew
from tests.fakes import spec

ID = spec(1).id


def endings(crew: Crew) -> list[str]:
    return [each.kind for each in crew.services.events.after(START) if each.kind in ("finished", "failed", "canceled")]


def test_jobs_are_listed_newest_first(client: TestClient, crew: Crew) -> None:
    for unit in range(5):
        crew.services.queue.submit(spec(unit))
    first = client.get("/api/v1/jobs", params={"limit": 3}).json()
    assert [each["spec"]["unit"] for each in first["items"]] == [4, 3, 2]
    assert first["total"] == 5
    rest = client.get("/api/v1/jobs", params={"limit": 3, "cursor": first["next"]}).json()
    assert [each["spec"]["unit"] for each in rest["items"]] == [1, 0]
    assert rest["next"] is None


def test_jobs_in_one_state(client: TestClient, crew: Crew) -> None:
    crew.services.queue.submit(spec(0))
    crew.work()
    crew.services.queue.submit(spec(1))
    listed = client.get("/api/v1/jobs?state=queued").json()
    assert [(each["id"], each["title"]) for each in listed["items"]] == [(ID, "Unit 1 of conv1")]
    assert listed["total"] == 1
    assert [each["id"] for each in client.get("/api/v1/jobs?state=finished").json()["items"]] == [spec(0).id]


def test_one_job(client: TestClient, crew: Crew) -> None:
    crew.services.queue.submit(spec(1))
    job = client.get(f"/api/v1/jobs/{ID}").json()
    assert (job["state"], job["priority"], job["attempts"], job["worker"]) == ("queued", "interactive", 1, None)
    crew.work()
    job = client.get(f"/api/v1/jobs/{ID}").json()
    assert (job["state"], job["worker"]) == ("finished", "crew")
    assert job["created"] <= job["started"] <= job["ended"]


def test_a_waiting_job_is_canceled_and_can_be_queued_again(client: TestClient, crew: Crew) -> None:
    client.post("/api/v1/visualizations", json={"model": "tiny", "layer": "conv1", "unit": 1})
    assert client.post(f"/api/v1/jobs/{ID}/cancel").json()["state"] == "canceled"
    assert client.post(f"/api/v1/jobs/{ID}/cancel").json()["state"] == "canceled"
    assert endings(crew) == ["canceled"]
    crew.work()
    assert crew.engine.batches == []
    assert client.post(f"/api/v1/jobs/{ID}/retry").json()["state"] == "queued"
    crew.work()
    assert client.get(f"/api/v1/jobs/{ID}").json()["state"] == "finished"
    assert endings(crew) == ["canceled", "finished"]


def test_cancel_and_retry_leave_a_finished_job_alone(client: TestClient, crew: Crew) -> None:
    crew.services.queue.submit(spec(1))
    crew.work()
    assert client.post(f"/api/v1/jobs/{ID}/cancel").json()["state"] == "finished"
    assert client.post(f"/api/v1/jobs/{ID}/retry").json()["state"] == "finished"
    assert crew.services.queue.positions() == {}


def test_unknown_jobs(client: TestClient) -> None:
    for method, path in [("GET", ""), ("POST", "/cancel"), ("POST", "/retry")]:
        answer = client.request(method, f"/api/v1/jobs/{ID}{path}")
        assert (answer.status_code, answer.json()["title"]) == (404, "Unknown visualization")


def test_workers_are_listed(client: TestClient, crew: Crew) -> None:
    assert client.get("/api/v1/workers").json() == {"items": [], "total": 0, "next": None}


def test_a_worker_is_asked_to_take_no_more(client: TestClient, crew: Crew) -> None:
    crew.shelf.check_in(WorkerCard(name="one", device="cpu"))
    assert client.post("/api/v1/workers/one/drain").status_code == 202
    assert crew.shelf.is_to_drain("one")
    answer = client.post("/api/v1/workers/oen/drain")
    assert (answer.status_code, answer.json()["did_you_mean"]) == (404, ["one"])


def test_a_part_of_a_list_knows_how_many_there_are_in_all(client: TestClient, crew: Crew) -> None:
    for unit in range(5):
        crew.services.queue.submit(spec(unit))
    first = client.get("/api/v1/jobs", params={"limit": 2, "state": "queued"}).json()
    assert (len(first["items"]), first["total"]) == (2, 5)
    rest = client.get("/api/v1/jobs", params={"limit": 2, "state": "queued", "cursor": first["next"]}).json()
    assert rest["total"] == 5
