import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from contract.archive import Archive
from contract.clip import CheckSpec, Clips
from contract.findings import SurveyedClip
from contract.pyramid import Node, Pyramid, Row, Tube, Tubes
from contract.settings import ROOT, Settings
from tests.backend.conftest import Crew
from tests.fakes import CARD
from tests.worker.probing import films
from worker.probing import check

URL = "/api/v1/models/tiny/pyramids"


def made(clip: str = "0123abcd") -> Pyramid:
    row = Row(layers=("conv1",), nodes=(Node(layer="conv1", unit=2, relevance=1.5),), error=0.0)
    fixed = {"rival": None, "score": 1.5, "bias": 0.0, "edges": (), "biases": ()}
    return Pyramid(model="tiny", fingerprint=CARD.fingerprint, clip=clip, label=1, predicted=2, rows=(row,), **fixed)


def test_a_pyramid_is_a_job_from_its_request_to_its_end(client: TestClient, crew: Crew, settings: Settings) -> None:
    answer = client.post(URL, json={"clip": "0123abcd", "class": "violin"})
    assert answer.status_code == 202
    job = answer.json()["job"]
    assert (job["state"], job["spec"]["what"], job["spec"]["label"]) == ("queued", "pyramid", 1)
    address = answer.headers["location"]
    assert address == f"{URL}?clip=0123abcd&class=1&units=16"
    assert client.get(address).json()["job"]["state"] == "queued"
    listed = client.get("/api/v1/jobs").json()["items"]
    assert [(each["id"], each["priority"]) for each in listed] == [(job["id"], "interactive")]
    tube = Tube(layer="conv1", unit=2, frames=1, height=1, width=1, data="/w==", trace=(1.5,))
    archive = Archive(settings.data, CARD.fingerprint)
    assert client.get(f"{URL}/tubes?clip=0123abcd&class=1").json()["title"] == "No pyramid"
    archive.put_pyramid(job["id"], made(), Tubes(tubes=(tube,)))
    archive.put_clip(SurveyedClip(id="0123abcd", name="a clip", label=None, predicted=2), {})
    crew.work()
    view = client.get(address).json()
    assert view["job"]["state"] == "finished"
    assert view["pyramid"]["rows"][0]["nodes"] == [{"layer": "conv1", "unit": 2, "relevance": 1.5, "frequency": None}]
    assert view["clip"]["name"] == "a clip"
    assert client.get(f"{URL}/tubes?clip=0123abcd&class=violin").json()["tubes"][0]["data"] == "/w=="
    again = client.post(URL, json={"clip": "0123abcd", "class": 1})
    assert (again.status_code, again.json()["pyramid"]["score"]) == (200, 1.5)
    assert crew.services.queue.count() == 1


def test_it_is_taken_along_as_one_file(client: TestClient, settings: Settings) -> None:
    query = {"clip": "0123abcd", "class": "violin"}
    assert client.get(f"{URL}/file.html", params=query).json()["title"] == "No pyramid"
    spec = client.get(URL, params=query).json()["job"]["id"]
    archive = Archive(settings.data, CARD.fingerprint)
    archive.put_pyramid(spec, made(), Tubes(tubes=()))
    archive.put_clip(SurveyedClip(id="0123abcd", name="a clip", label=None, predicted=2), {})
    shutil.rmtree(settings.frontend)
    shutil.copytree(ROOT / "frontend", settings.frontend)
    answer = client.get(f"{URL}/file.html", params=query)
    assert answer.headers["content-disposition"] == 'attachment; filename="tiny-pyramid-0123abcd-1.html"'
    assert answer.headers["content-type"].startswith("text/html")
    assert "<title>Why violin? 0123abcd, Tiny</title>" in answer.text


def test_looking_queues_nothing(client: TestClient, crew: Crew) -> None:
    view = client.get(URL, params={"clip": "drawn-0"}).json()
    assert (view["job"]["state"], view["pyramid"], view["clip"]) == ("absent", None, None)
    assert crew.services.queue.count() == 0


def test_one_that_was_made_and_is_gone_is_made_again(client: TestClient, crew: Crew) -> None:
    client.post(URL, json={"clip": "drawn-0"})
    crew.work()
    assert client.get(URL, params={"clip": "drawn-0"}).json()["job"]["state"] == "absent"
    assert client.post(URL, json={"clip": "drawn-0"}).json()["job"]["state"] == "queued"


def test_it_is_canceled_like_any_job(client: TestClient, crew: Crew) -> None:
    job = client.post(URL, json={"clip": "drawn-0"}).json()["job"]
    assert client.post(f"{job['url']}/cancel").json()["state"] == "canceled"
    crew.work()
    assert crew.engine.analysed == []


def test_rows_are_read_from_the_address(client: TestClient) -> None:
    query = {"clip": "drawn-0", "rows": "motion.conv3_1+conv1,conv1"}
    spec = client.get(URL, params=query).json()["job"]["spec"]
    assert spec["rows"] == [["motion.conv3_1", "conv1"], ["conv1"]]
    assert client.get(f"{URL}?clip=drawn-0&rows=motion.conv3_1+conv1,conv1").json()["job"]["spec"] == spec


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ({}, 422, "#query/clip"),
        ({"clip": "../secret"}, 422, "#query/clip"),
        ({"clip": "a", "class": "celo"}, 404, "Did you mean cello"),
        ({"clip": "a", "class": "cello", "rival": "0"}, 422, "its own rival"),
        ({"clip": "a", "rows": "conv9"}, 404, "Did you mean conv1"),
        ({"clip": "a", "rows": "conv1,,"}, 422, "#query/rows"),
        ({"clip": "a", "units": 65}, 422, "#query/units"),
        ({"clip": "a", "clas": "cello"}, 422, "Did you mean 'class'"),
    ],
)
def test_mistakes_are_answered_in_words(client: TestClient, query: dict, status: int, words: str) -> None:
    answer = client.get(URL, params=query)
    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_is_wrong_is_a_problem(client: TestClient) -> None:
    assert "#/clip" in client.post(URL, json={"clip": "a b"}).json()["detail"]
    assert client.post("/api/v1/models/tinny/pyramids", json={"clip": "a"}).status_code == 404


def test_of_a_clip_that_was_brought_it_is_kept_beside_it(
    client: TestClient, settings: Settings, tmp_path: Path
) -> None:
    query = {"clip": "ab" * 16}
    assert client.get(URL, params=query).status_code == 404
    assert client.post(URL, json=query).status_code == 404
    film = films.write(tmp_path / "film", films.counting(20)).read_bytes()
    clip = client.post("/api/v1/clips", content=film).json()["id"]
    check.check(CheckSpec(clip=clip), Clips(settings.data), fetch=lambda *_: None)
    about = f"{clip}-500"
    job = client.post(URL, json={"clip": about, "class": 1}).json()["job"]
    archive = Archive.of(about, settings.data, CARD.fingerprint)
    archive.put_pyramid(job["id"], made(about), Tubes(tubes=()))
    archive.put_clip(SurveyedClip(id=about, name="0.5 s of your clip", label=None, predicted=2), {"c.webp": b"x"})
    view = client.get(URL, params={"clip": about, "class": 1}).json()
    assert (view["pyramid"]["clip"], view["clip"]["name"]) == (about, "0.5 s of your clip")
    assert client.get(f"/api/v1/models/tiny/findings/clips/{about}/c.webp").content == b"x"
    assert client.get(URL, params={"clip": f"{clip}-2001"}).status_code == 422
    client.delete(f"/api/v1/clips/{clip}")
    assert client.get(URL, params={"clip": about, "class": 1}).status_code == 410
    assert not archive.folder.exists()
