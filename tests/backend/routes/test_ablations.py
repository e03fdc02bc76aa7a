import pytest
from fastapi.testclient import TestClient

from contract.ablation import Ablation, AblationRequest, Outcome, bind
from contract.archive import Archive
from contract.settings import Settings
from contract.units import named
from tests.backend.conftest import Crew
from tests.fakes import CARD

URL = "/api/v1/models/tiny/ablations"
UNITS = [{"layer": "motion.conv3_1", "unit": 60}, {"layer": "conv1", "unit": 2}]
QUERY = {"clip": "drawn-0", "units": "conv1:2,motion.conv3_1:60"}


def test_an_ablation_is_a_job_from_its_request_to_its_end(client: TestClient, crew: Crew, settings: Settings) -> None:
    assert client.get(URL, params=QUERY).json()["job"]["state"] == "absent"
    answer = client.post(URL, json={"clip": "drawn-0", "units": UNITS})
    assert answer.status_code == 202
    job = answer.json()["job"]
    assert (job["state"], job["spec"]["what"], answer.json()["ablation"]) == ("queued", "ablation", None)
    address = answer.headers["location"]
    assert client.get(address).json()["job"]["id"] == client.get(URL, params=QUERY).json()["job"]["id"] == job["id"]
    spec = bind(AblationRequest(clip="drawn-0", units=tuple(named(QUERY["units"]))), CARD)
    outcome = Outcome(scores=(1.0, 0.0, 2.0), probabilities=(0.2, 0.1, 0.7))
    made = Ablation(spec=spec, intact=outcome, without=outcome, random=None, draws=0)
    Archive(settings.data, CARD.fingerprint).put_ablation(spec.id, made)
    crew.work()
    view = client.get(address).json()
    assert view["job"]["state"] == "finished"
    assert view["ablation"]["without"]["probabilities"] == [0.2, 0.1, 0.7]
    assert client.post(URL, json={"clip": "drawn-0", "units": UNITS}).status_code == 200
    assert crew.services.queue.count() == 1


def test_it_is_canceled_like_any_job(client: TestClient, crew: Crew) -> None:
    job = client.post(URL, json={"clip": "drawn-0", "units": UNITS}).json()["job"]
    assert client.post(f"{job['url']}/cancel").json()["state"] == "canceled"
    crew.work()
    assert crew.engine.analysed == []


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ({"clip": "a"}, 422, "#query/units"),
        ({"clip": "a", "units": ""}, 422, "#query/units"),
        ({"clip": "../x", "units": "conv1:1"}, 422, "#query/clip"),
        ({"clip": "a", "units": "conv1"}, 422, "LAYER:NUMBER"),
        ({"clip": "a", "units": "conv2:1"}, 404, "Did you mean conv1"),
        ({"clip": "a", "units": "conv1:8"}, 404, "numbered 0 to 7"),
        ({"clip": "a", "units": "classes:1"}, 422, "the score itself"),
    ],
)
def test_mistakes_are_answered_in_words(client: TestClient, query: dict, status: int, words: str) -> None:
    answer = client.get(URL, params=query)
    assert answer.status_code == status
    assert words in answer.text
    assert answer.headers["content-type"] == "application/problem+json"
