from fastapi.testclient import TestClient

from tests.backend.conftest import Crew
from tests.conftest import wait_for

URL = "/api/v1/sweeps"
BODY = {"model": "tiny", "layers": ["conv1"], "units": "0-3", "variants": ["slow"]}


def test_a_sweep_is_planned_begun_paused_resumed_and_done(client: TestClient, crew: Crew) -> None:
    plan = client.post(f"{URL}/plan", json=BODY).json()
    assert (plan["runs"], plan["missing"], plan["layers"][0]["layer"]) == (4, 4, "conv1")
    assert client.get(URL).json()["total"] == 0
    begun = client.post(URL, json=BODY)
    view = begun.json()
    assert (begun.status_code, begun.headers["location"], view["id"]) == (202, view["url"], plan["id"])
    assert client.post(f"{view['url']}/pause").json()["state"] == "paused"
    assert client.post(f"{view['url']}/resume").json()["state"] == "running"

    def is_done() -> bool:
        crew.work()
        return client.get(view["url"]).json()["state"] == "finished"

    wait_for(is_done)
    assert client.get(view["url"]).json()["missing"] == 0
    assert client.post(f"{view['url']}/cancel").json()["state"] == "finished"
    assert [each["id"] for each in client.get(URL).json()["items"]] == [view["id"]]


def test_what_is_not_there_is_refused(client: TestClient) -> None:
    assert client.get(f"{URL}/none").status_code == 404
    answers = [
        ({"layers": ["conv2"]}, 404, "conv1"),
        ({"variants": ["still"]}, 422, "slow"),
        ({"units": "3-"}, 422, "units"),
        ({"layers": []}, 422, "layers"),
        ({"model": "tinny"}, 404, "tiny"),
    ]
    for wrong, status, said in answers:
        answer = client.post(URL, json={**BODY, **wrong})
        assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert client.get(URL).json()["total"] == 0
