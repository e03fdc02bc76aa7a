from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from redis import Redis

from contract.queue import JobQueue
from tests.backend.conftest import Crew
from tests.conftest import wait_for
from tests.fakes import CARD, spec

ASK = {"model": "tiny", "layer": "conv1", "unit": 1, "parameters": {}}
URL = "/api/v1/visualizations"


def test_a_new_request_is_queued_and_a_computed_one_is_there(client: TestClient, crew: Crew) -> None:
    asked = client.post(URL, json=ASK)
    assert asked.status_code == 202
    assert asked.headers["location"] == f"{URL}/{spec(1).id}"
    assert asked.headers["retry-after"] == "1"
    body = asked.json()
    assert (body["id"], body["state"], body["position"], body["variant"]) == (spec(1).id, "queued", 1, "slow")
    crew.work()
    again = client.post(URL, json=ASK)
    assert again.status_code == 200
    assert again.json()["state"] == "finished"
    assert again.json()["result"]["streams"][0]["strip"] == "motion.webp"


def test_defaults_need_not_be_sent(client: TestClient) -> None:
    short = client.post(URL, json={"model": "tiny", "layer": "conv1", "unit": 1})
    assert short.json()["id"] == client.post(URL, json=ASK | {"parameters": {"chi": 10}}).json()["id"]


def test_equal_requests_are_one_job(client: TestClient, crew: Crew) -> None:
    ids = {client.post(URL, json=ASK).json()["id"] for _ in range(5)}
    assert len(ids) == 1
    crew.work()
    assert crew.engine.batches == [[spec(1).id]]


def test_one_visualization_by_its_id(client: TestClient, crew: Crew) -> None:
    client.post(URL, json=ASK)
    assert client.get(f"{URL}/{spec(1).id}").json()["state"] == "queued"
    crew.work()
    found = client.get(f"{URL}/{spec(1).id}")
    assert found.json()["state"] == "finished"
    assert found.json()["url"] == found.url.path


def test_results_outlive_cache_and_queue(
    client: TestClient, crew: Crew, filed: Callable[[str], bool], queue_server: Redis, picture_server: Redis
) -> None:
    client.post(URL, json=ASK)
    crew.work()
    wait_for(lambda: filed(spec(1).id))
    wait_for(lambda: not crew.services.queue.handed_over())
    queue_server.flushall()
    picture_server.flushall()
    assert client.get(f"{URL}/{spec(1).id}").json()["state"] == "finished"
    assert client.get(f"/api/v1/media/{spec(1).id}/motion.webp").content == b"strip of " + spec(1).id.encode()
    crew.shelf.publish(CARD)
    assert client.post(URL, json=ASK).status_code == 200
    wait_for(lambda: client.get("/api/v1/models/tiny/coverage").json()["layers"]["conv1"]["slow"] == 1)


def test_a_result_that_was_lost_before_it_was_filed_is_computed_again(
    client: TestClient, crew: Crew, picture_server: Redis
) -> None:
    queue = JobQueue(crew.services.queue.connection)
    queue.submit(spec(1))
    hand_over = type(queue).hand_over

    def lose(identity: str) -> None:
        picture_server.flushall()
        hand_over(queue, identity)

    object.__setattr__(crew.services, "queue", queue)
    queue.hand_over = lose  # type: ignore[method-assign]
    crew.work()
    wait_for(lambda: queue.positions() == {spec(1).id: 1})
    del queue.hand_over
    crew.work()
    assert client.get(f"{URL}/{spec(1).id}").json()["state"] == "finished"


def test_a_batch_is_queued_behind_those_who_wait(client: TestClient, crew: Crew) -> None:
    batch = {"model": "tiny", "layer": "conv1", "units": [0, 1, 2], "variants": ["slow", "fast"]}
    answer = client.post(f"{URL}/batch", json=batch)
    assert answer.status_code == 202
    assert [item["state"] for item in answer.json()["items"]] == ["queued"] * 6
    assert answer.json()["total"] == 6
    single = client.post(URL, json=ASK | {"layer": "classes"})
    assert single.json()["position"] == 1
    crew.work()
    assert crew.engine.batches[0] == [single.json()["id"]]
    assert sorted(len(batch) for batch in crew.engine.batches[1:]) == [2, 4]


def test_a_batch_that_is_partly_computed_says_so(client: TestClient, crew: Crew) -> None:
    client.post(URL, json=ASK)
    crew.work()
    items = client.post(f"{URL}/batch", json={"model": "tiny", "layer": "conv1", "units": [0, 1, 1]}).json()["items"]
    assert [(item["spec"]["unit"], item["variant"], item["state"]) for item in items] == [
        (0, "slow", "queued"),
        (0, "fast", "queued"),
        (1, "slow", "finished"),
        (1, "fast", "queued"),
    ]


def test_the_schema_has_every_parameter_with_limits(client: TestClient) -> None:
    schema = client.get(f"{URL}/schema").json()["parameters"]
    assert schema["properties"]["chi"]["maximum"] == 1000
    assert all("description" in field for field in schema["properties"].values())


BAD = [
    ({"model": "tinny"}, 404, "Unknown model"),
    ({"layer": "conv11"}, 404, "Unknown layer"),
    ({"unit": 8}, 404, "Unit out of range"),
    ({"unit": -1}, 422, "Invalid request"),
    ({"unit": 1.5}, 422, "Invalid request"),
    ({"model": "../etc"}, 422, "Invalid request"),
    ({"parameters": {"chi": -1}}, 422, "Invalid request"),
    ({"parameters": {"chi": "Infinity"}}, 422, "Invalid request"),
    ({"parameters": {"steps": 0}}, 422, "Invalid request"),
    ({"parameters": {"steps": 10**9}}, 422, "Invalid request"),
    ({"parameters": {"slowness": 1}}, 422, "Invalid request"),
    ({"engine": "2"}, 422, "Invalid request"),
]


@pytest.mark.parametrize(("change", "status", "title"), BAD)
def test_bad_input_queues_nothing(client: TestClient, crew: Crew, change: dict, status: int, title: str) -> None:
    answer = client.post(URL, json=ASK | change)
    assert (answer.status_code, answer.json()["title"]) == (status, title)
    assert answer.headers["content-type"] == "application/problem+json"
    assert crew.services.queue.positions() == {}
    assert crew.services.queue.count() == 0


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(client: TestClient, crew: Crew, number: str) -> None:
    body = f'{{"model": "tiny", "layer": "conv1", "unit": 1, "parameters": {{"chi": {number}}}}}'
    answer = client.post(URL, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/parameters/chi"
    assert crew.services.queue.count() == 0


@pytest.mark.parametrize(
    "change",
    [{"units": []}, {"units": list(range(513))}, {"variants": ["slow", "quick"]}, {"units": [0, 99]}, {"variants": []}],
)
def test_a_batch_with_one_fault_queues_nothing(client: TestClient, crew: Crew, change: dict) -> None:
    batch = {"model": "tiny", "layer": "conv1", "units": [0, 1]} | change
    assert client.post(f"{URL}/batch", json=batch).status_code in (404, 422)
    assert crew.services.queue.count() == 0


def test_a_failed_visualization_says_why_and_can_be_asked_for_again(client: TestClient, crew: Crew) -> None:
    crew.engine.explode = RuntimeError("out of memory")
    client.post(URL, json=ASK)
    crew.work()
    failed = client.get(f"{URL}/{spec(1).id}").json()
    assert (failed["state"], failed["error"]) == ("failed", "RuntimeError: out of memory")
    crew.engine.explode = None
    assert client.post(URL, json=ASK).json()["state"] == "queued"
    crew.work()
    assert client.post(URL, json=ASK).status_code == 200


def test_a_few_that_somebody_waits_for_go_before_batches(client: TestClient, crew: Crew) -> None:
    ask = {"model": "tiny", "layer": "motion.conv3_1", "variants": ["slow"]}
    client.post("/api/v1/visualizations/batch", json={**ask, "units": [1, 2]})
    first = client.post("/api/v1/visualizations/batch", json={**ask, "units": [3], "priority": "interactive"}).json()
    assert next(iter(crew.services.queue.positions())) == first["items"][0]["id"]
    refused = client.post(
        "/api/v1/visualizations/batch", json={**ask, "units": list(range(25)), "priority": "interactive"}
    )
    assert (refused.status_code, "25 pictures" in refused.text) == (422, True)
