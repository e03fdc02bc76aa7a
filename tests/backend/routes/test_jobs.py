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


def test_what_waits_is_listed_in_the_order_of_its_turn(client: TestClient, crew: Crew) -> None:
    queue = crew.services.queue
    for unit in range(4):
        queue.submit(spec(unit), priority="batch")
    queue.submit(spec(7))
    queue.submit(spec(2))  # somebody waits for it now
    seen = client.get("/api/v1/jobs", params={"limit": 3, "state": "queued"}).json()
    assert [(each["spec"]["unit"], each["position"]) for each in seen["items"]] == [(7, 1), (2, 2), (0, 3)]
    rest = client.get("/api/v1/jobs", params={"limit": 3, "state": "queued", "cursor": seen["next"]}).json()
    assert ([each["spec"]["unit"] for each in rest["items"]], rest["next"], rest["total"]) == ([1, 3], None, 5)
    client.post(f"/api/v1/jobs/{spec(0).id}/cancel")
    again = client.get("/api/v1/jobs", params={"limit": 2, "state": "queued", "cursor": seen["next"]}).json()
    assert [each["spec"]["unit"] for each in again["items"]] == [7, 2], "the place has left the line: from the head"
    answer = client.get("/api/v1/jobs", params={"state": "queued", "cursor": "17.5"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#query/cursor")


def test_all_that_waits_is_canceled_at_once_and_sweeps_pause(client: TestClient, crew: Crew) -> None:
    queue = crew.services.queue
    queue.submit(spec(1))
    crew.work()
    for unit in (2, 3):
        queue.submit(spec(unit), priority="batch")
    sweep = client.post("/api/v1/sweeps", json={"model": "tiny", "layers": ["conv1"], "units": "4-7"}).json()
    assert client.post("/api/v1/jobs/cancel").json() == {"canceled": 2, "paused": 1}
    assert client.get("/api/v1/jobs?state=queued").json()["items"] == []
    assert client.get(f"/api/v1/jobs/{ID}").json()["state"] == "finished"
    assert client.get(sweep["url"]).json()["state"] == "paused"
    assert endings(crew)[:1] + endings(crew)[-2:] == ["finished", "canceled", "canceled"]
    assert client.post("/api/v1/jobs/cancel").json() == {"canceled": 0, "paused": 0}


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
        assert (answer.status_code, answer.json()["title"]) == (404, "Unknown job")


def test_workers_are_listed(client: TestClient, crew: Crew) -> None:
    assert client.get("/api/v1/workers").json() == {"items": [], "total": 0, "next": None}


def test_a_worker_is_asked_to_take_no_more(client: TestClient, crew: Crew) -> None:
    crew.shelf.check_in(WorkerCard(name="one", device="cpu"))
    assert client.post("/api/v1/workers/one/drain").status_code == 202
    assert crew.shelf.is_to_drain("one")
    assert client.post("/api/v1/workers/one/resume").status_code == 202
    assert not crew.shelf.is_to_drain("one")
    for what in ("drain", "resume"):
        answer = client.post(f"/api/v1/workers/oen/{what}")
        assert (answer.status_code, answer.json()["did_you_mean"]) == (404, ["one"])


def test_a_part_of_a_list_knows_how_many_there_are_in_all(client: TestClient, crew: Crew) -> None:
    for unit in range(5):
        crew.services.queue.submit(spec(unit))
    first = client.get("/api/v1/jobs", params={"limit": 2, "state": "queued"}).json()
    assert (len(first["items"]), first["total"]) == (2, 5)
    rest = client.get("/api/v1/jobs", params={"limit": 2, "state": "queued", "cursor": first["next"]}).json()
    assert rest["total"] == 5
