from fastapi.testclient import TestClient

from contract.shelf import WorkerCard
from tests.backend.conftest import Crew
from tests.conftest import wait_for
from tests.fakes import CARD, spec

URL = "/api/v1/models"


def test_models_are_listed_without_their_layers(client: TestClient, crew: Crew) -> None:
    body = client.get(URL).json()
    assert body["total"] == 1
    (item,) = body["items"]
    assert (item["name"], item["layer_count"], item["class_count"]) == ("tiny", 3, 3)
    assert "layers" not in item
    assert not item["available"]
    crew.shelf.check_in(WorkerCard(name="w", device="cpu", fingerprints={"tiny": CARD.fingerprint}))
    assert client.get(URL).json()["items"][0]["available"]


def test_a_model_and_its_layers(client: TestClient) -> None:
    assert client.get(f"{URL}/tiny").json() == CARD.model_dump(mode="json")
    assert [each["path"] for each in client.get(f"{URL}/tiny/layers").json()["items"]] == [
        "conv1",
        "motion.conv3_1",
        "classes",
    ]
    assert client.get(f"{URL}/tiny/layers/motion.conv3_1").json()["units"] == 64


def test_units_are_shown_with_their_variants_and_queue_nothing(client: TestClient, crew: Crew) -> None:
    crew.services.queue.submit(spec(2, chi=0))
    body = client.get(f"{URL}/tiny/layers/conv1/units").json()
    assert (body["total"], body["next"], len(body["items"])) == (8, None, 8)
    states = {each["unit"]: {name: view["state"] for name, view in each["variants"].items()} for each in body["items"]}
    assert states[2] == {"slow": "absent", "fast": "queued"}
    assert states[3] == {"slow": "absent", "fast": "absent"}
    assert [each["dead"] for each in body["items"]].count(True) == 1
    assert crew.services.queue.count() == 1


def test_units_are_paged(client: TestClient) -> None:
    first = client.get(f"{URL}/tiny/layers/motion.conv3_1/units", params={"limit": 40}).json()
    rest = client.get(f"{URL}/tiny/layers/motion.conv3_1/units", params={"limit": 40, "offset": first["next"]}).json()
    assert [each["unit"] for each in [*first["items"], *rest["items"]]] == list(range(64))
    assert (rest["total"], rest["next"]) == (64, None)
    beyond = client.get(f"{URL}/tiny/layers/conv1/units", params={"offset": 100}).json()
    assert (beyond["items"], beyond["next"]) == ([], None)


def test_one_unit_at_any_slowness(client: TestClient) -> None:
    body = client.get(f"{URL}/tiny/layers/conv1/units/3", params={"chi": 2.5, "seed": 4}).json()
    assert body["chi"]["id"] == spec(3, chi=2.5, seed=4).id
    assert body["variants"]["slow"]["id"] == spec(3, seed=4).id
    assert client.get(f"{URL}/tiny/layers/conv1/units/3").json()["chi"] is None


def test_classes_have_names(client: TestClient) -> None:
    body = client.get(f"{URL}/tiny/classes").json()
    assert [(each["unit"], each["label"]) for each in body["items"]] == [(0, "cello"), (1, "violin"), (2, "drums")]
    assert body["items"][0]["variants"]["slow"]["id"] == spec(0, layer="classes").id


def test_classes_are_found_by_part_of_their_name(client: TestClient) -> None:
    body = client.get(f"{URL}/tiny/classes?like=IO").json()
    assert [(item["label"], item["unit"]) for item in body["items"]] == [("violin", 1)]
    assert body["total"] == 1
    assert client.get(f"{URL}/tiny/classes?like=l&limit=1").json()["next"] == 1
    assert client.get(f"{URL}/tiny/classes?like=tuba").json() == {"items": [], "total": 0, "next": None}


def test_a_model_without_classes_has_an_empty_list(client: TestClient, crew: Crew) -> None:
    crew.shelf.publish(CARD.model_copy(update={"class_layer": None, "classes": ()}))
    assert client.get(f"{URL}/tiny/classes").json() == {"items": [], "total": 0, "next": None}


def test_coverage_follows_the_results(client: TestClient, crew: Crew) -> None:
    crew.services.queue.submit(spec(2))
    crew.work()
    wait_for(lambda: client.get(f"{URL}/tiny/coverage").json()["layers"]["conv1"]["slow"] == 1)
    assert client.get(f"{URL}/tiny/coverage").json()["layers"]["conv1"] == {
        "slow": 1, "fast": 0, "pictured": 1, "complete": 0, "dead": 1, "units": 8,
    }  # fmt: skip


def test_what_was_computed_otherwise_is_told_with_the_unit(client: TestClient, crew: Crew) -> None:
    for how in ({}, {"steps": 20}, {"kappa": 2, "chi": 3}):
        crew.services.queue.submit(spec(2, **how))
    crew.work()
    url = f"{URL}/tiny/layers/conv1/units/2"
    wait_for(lambda: len(client.get(url).json()["otherwise"]) == 2)
    told = {str(each["how"]): each["run"] for each in client.get(url).json()["otherwise"]}
    assert set(told) == {"{'steps': 20}", "{'kappa': 2.0}"}
    assert told["{'steps': 20}"]["id"] == spec(2, steps=20).id
    assert told["{'kappa': 2.0}"]["result"]["trace"] == []
    assert client.get(f"{URL}/tiny/layers/conv1/units/3").json()["otherwise"] == []


def test_unknown_names_are_answered_with_the_known_ones(client: TestClient) -> None:
    model = client.get(f"{URL}/tinny").json()
    assert (model["status"], model["allowed"], model["did_you_mean"]) == (404, ["tiny"], ["tiny"])
    layer = client.get(f"{URL}/tiny/layers/conv3_1/units").json()
    assert layer["status"] == 404
    assert "motion.conv3_1" in layer["did_you_mean"]
    unit = client.get(f"{URL}/tiny/layers/conv1/units/8").json()
    assert (unit["status"], unit["allowed"]) == (404, ["0..7"])
