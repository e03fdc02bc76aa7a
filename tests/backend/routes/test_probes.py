from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from contract.clip import CheckSpec, Clips
from contract.probe import Probe, ProbedLayer, ProbeSpec, Window, file_of
from contract.settings import Settings
from tests.backend.conftest import Crew
from tests.worker.probing import films
from worker.probing import check

URL = "/api/v1/models/tiny/probes"


def found(spec: ProbeSpec) -> Probe:
    return Probe(
        spec=spec,
        at=0.5,
        length=1.0,
        classes=(1, 0),
        windows=(Window(at=0.5, probabilities=(0.9, 0.1), intact=(0.9, 0.1)),),
        output="softmax",
        streams=(),
        flow="",
        saliency=(),
        layers=(ProbedLayer(path="conv1", frames=1, units=()),),
        seconds=1.0,
    )


@pytest.fixture
def clip(client: TestClient, crew: Crew, settings: Settings, tmp_path: Path) -> str:
    """Id of a clip of two seconds that was looked at; what a probe finds is always the same."""

    def look(_model: object, spec: CheckSpec | ProbeSpec, _progress: object) -> None:
        clips = Clips(settings.data)
        if isinstance(spec, ProbeSpec):
            clips.put(spec.clip, file_of(spec), found(spec), {})
        else:
            check.check(spec, clips, fetch=lambda *_: None)

    crew.engine.analyse = look  # type: ignore[method-assign,assignment]
    body = client.post("/api/v1/clips", content=films.write(tmp_path / "film", films.counting(20)).read_bytes()).json()
    crew.work()
    return body["id"]


def test_a_probe_from_its_request_to_its_end(client: TestClient, crew: Crew, clip: str) -> None:
    before = client.get(URL, params={"clip": clip}).json()
    assert (before["job"]["state"], before["probe"]) == ("absent", None)
    answer = client.post(URL, json={"clip": clip, "ablate": [{"layer": "conv1", "unit": 3}]})
    assert (answer.status_code, answer.json()["job"]["state"]) == (202, "queued")
    assert answer.json()["job"]["spec"]["end"] == 2.0
    crew.work()
    place = answer.headers["location"]
    assert place == f"{URL}?clip={clip}&start=0.0&end=2.0&ablate=conv1%3A3"
    there = client.get(place).json()
    assert (there["job"]["state"], there["probe"]["classes"]) == ("finished", [1, 0])
    again = client.post(URL, json={"clip": clip, "ablate": [{"layer": "conv1", "unit": 3}]})
    assert again.status_code == 200
    jobs = client.get("/api/v1/jobs?state=finished").json()["items"]
    assert [(job["spec"]["what"], job["priority"]) for job in jobs] == [
        ("probe", "interactive"),
        ("check", "interactive"),
    ]


def test_what_was_found_goes_with_the_clip(client: TestClient, crew: Crew, clip: str, tmp_path: Path) -> None:
    client.post(URL, json={"clip": clip})
    crew.work()
    client.delete(f"/api/v1/clips/{clip}")
    assert client.get(URL, params={"clip": clip}).status_code == 410
    client.post("/api/v1/clips", content=(tmp_path / "film").read_bytes())
    assert client.post(URL, json={"clip": clip}).status_code == 422
    crew.work()
    assert client.get(URL, params={"clip": clip}).json()["job"]["state"] == "absent"


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"start": 3}, 422, "start is 3 s and end is 2 s"),
        ({"at": 2.5}, 422, "at is 2.5 s"),
        ({"ablate": [{"layer": "conv2", "unit": 0}]}, 404, "Did you mean conv1"),
        ({"ablate": [{"layer": "conv1", "unit": 99}]}, 404, "99 is not one of them"),
        ({"clip": "cd" * 16}, 404, "There is no clip"),
        ({"clip": "../../etc"}, 422, "#/clip"),
        ({"frames": 3}, 422, "#/frames"),
    ],
)
def test_mistakes_are_answered_in_words(client: TestClient, clip: str, more: dict, status: int, words: str) -> None:
    answer = client.post(URL, json={"clip": clip, **more})
    assert answer.status_code == status
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "words"), [({"ablate": "conv1"}, "'conv1' is no unit"), ({"start": "x"}, "#query/start")]
)
def test_mistakes_in_an_address_are_too(client: TestClient, clip: str, query: dict, words: str) -> None:
    answer = client.get(URL, params={"clip": clip, **query})
    assert answer.status_code == 422
    assert words in answer.json()["detail"]
