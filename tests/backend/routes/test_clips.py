"""From a file to a clip that was looked at, or a problem; with a worker that really decodes."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from backend.uploads import Uploads
from contract.archive import Archive
from contract.clip import LIMITS, CheckSpec, Clips
from contract.findings import SurveyedClip
from contract.settings import Settings
from tests.backend.conftest import Crew
from tests.fakes import CARD
from tests.worker.probing import films
from worker.probing import check

URL = "/api/v1/clips"


@pytest.fixture
def crew(crew: Crew, settings: Settings, tmp_path: Path) -> Crew:
    """The worker of this crew decodes; the film of a set is always the same one."""

    def fetch(_spec: CheckSpec, folder: Path) -> None:
        films.write(folder / "original", films.counting(7))

    def look(_model: object, spec: CheckSpec, _progress: object) -> None:
        check.check(spec, Clips(settings.data), fetch=fetch)

    crew.engine.analyse = look  # type: ignore[method-assign,assignment]
    return crew


def bring(client: TestClient, path: Path, name: str = "film.avi"):
    return client.post(f"{URL}?name={name}", content=path.read_bytes())


def left(settings: Settings) -> list[str]:
    return [path.name for path in (settings.data / "clips").glob("*")]


def test_a_clip_from_its_arrival_to_its_end(client: TestClient, crew: Crew, settings: Settings, tmp_path: Path) -> None:
    film = films.write(tmp_path / "film", films.counting(20, 100, 320))
    answer = bring(client, film)
    assert answer.status_code == 202
    body = answer.json()
    assert (body["name"], body["state"], body["format"], body["film"]) == ("film.avi", "checking", "mkv", None)
    assert body["expires"] - body["brought"] == LIMITS.kept_for
    assert answer.headers["location"] == body["url"] == f"{URL}/{body['id']}"
    assert client.get(URL).json()["items"] == []
    crew.work()
    ready = client.get(body["url"]).json()
    assert (ready["state"], ready["check"]["state"], ready["film"]["frames"]) == ("ready", "finished", 20)
    listed = client.get(URL).json()
    assert ([each["id"] for each in listed["items"]], listed["limits"]["seconds"]) == ([body["id"]], 60.0)
    picture = client.get(ready["media"] + ready["film"]["picture"]["strip"])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/webp")
    assert bring(client, film, "again").status_code == 200
    assert client.delete(body["url"]).status_code == 204
    assert left(settings) == []
    for gone in (client.get(body["url"]), client.delete(body["url"])):
        assert (gone.status_code, gone.json()["title"]) == (410, "Clip gone")
        assert "was deleted" in gone.json()["detail"]
    assert bring(client, film, "again").status_code == 202
    assert client.get(body["url"]).status_code == 200
    client.delete(body["url"])
    assert client.get(ready["media"] + ready["film"]["picture"]["strip"]).status_code == 404


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: films.write(path, films.counting(1)), "has 1 frame; at least 2 are needed"),
        (lambda path: films.long(path, 600), "lasts 600 s or more; at most 60 s are allowed"),
        (lambda path: films.large(path, 7680, 4320), "7680 x 4320 pixels; at most 9.4 million pixels"),
        (films.bomb, "60000 x 60000 pixels; at most 9.4 million pixels"),
        (films.sound, "no picture, only sound"),
        (lambda path: films.broken(path, films.long(path, 9).read_bytes()), "damaged from its beginning"),
    ],
)
def test_a_bad_clip_is_a_problem_in_words_and_leaves_nothing(
    client: TestClient,
    crew: Crew,
    settings: Settings,
    tmp_path: Path,
    make: Callable[[Path], Path],
    words: str,
) -> None:
    url = bring(client, make(tmp_path / "film")).json()["url"]
    crew.work()
    for answer in (client.get(url), client.get(url)):
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["title"] == "Clip refused"
        assert words in answer.json()["detail"]
    assert left(settings) == []
    good = bring(client, films.write(tmp_path / "good", films.counting(3))).json()["url"]
    crew.work()  # the same worker goes on
    assert client.get(good).json()["state"] == "ready"


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 422, "The file is empty"),
        (b"not a film at all", 415, "none of mp4, avi, webm, mkv, gif"),
        (b"#EXTM3U\nfile:///etc/passwd\n" * 20, 415, "What is in it counts, not its name"),
    ],
)
def test_what_is_no_film_is_refused_at_the_door(
    client: TestClient, crew: Crew, settings: Settings, content: bytes, status: int, words: str
) -> None:
    answer = client.post(f"{URL}?name=film.mp4", content=content)
    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert left(settings) == []
    assert crew.services.queue.count() == 0


def test_a_file_that_is_too_large_is_not_even_begun(client: TestClient, settings: Settings) -> None:
    answer = client.post(URL, content=b"x", headers={"content-length": str(300 * 2**20)})
    assert answer.status_code == 413
    assert "at most 200.0 MB" in answer.json()["detail"]
    assert left(settings) == []


def test_the_same_film_can_be_tried_again_after_it_was_refused(client: TestClient, crew: Crew, tmp_path: Path) -> None:
    film = films.sound(tmp_path / "film")
    url = bring(client, film).json()["url"]
    crew.work()
    assert client.get(url).status_code == 422
    again = bring(client, film)
    assert (again.status_code, again.json()["check"]["state"]) == (202, "queued")


def test_a_clip_of_a_set_becomes_one_like_others(client: TestClient, crew: Crew, settings: Settings) -> None:
    known = SurveyedClip(id="0123456789abcdef", name="wave/1.avi", label=None, predicted=0)
    Archive(settings.data, CARD.fingerprint).put_clips([known])
    answer = client.post(f"{URL}/surveyed", json={"model": "tiny", "surveyed": known.id})
    assert answer.status_code == 202
    crew.work()
    found = client.get(answer.json()["url"]).json()
    assert (found["film"]["frames"], found["surveyed"]) == (7, known.id)
    unknown = client.post(f"{URL}/surveyed", json={"model": "tiny", "surveyed": "0" * 16})
    assert (unknown.status_code, unknown.json()["title"]) == (404, "Unknown clip")


@pytest.mark.parametrize("identity", ["..%2f..%2fetc", "%2e%2e", "abc", "A" * 32])
def test_an_id_is_never_a_path(client: TestClient, identity: str) -> None:
    for answer in (client.get(f"{URL}/{identity}"), client.get(f"{URL}/{identity}/upload.json")):
        assert answer.status_code == 404


def test_clips_expire(client: TestClient, crew: Crew, settings: Settings, tmp_path: Path) -> None:
    body = bring(client, films.write(tmp_path / "film", films.counting(3))).json()
    record = settings.data / "clips" / body["id"] / "upload.json"
    record.write_text(re.sub(r'"expires":[\d.]+', '"expires":1.0', record.read_text()))
    answer = client.get(body["url"])
    for _ in range(2):
        assert (answer.status_code, "24 hours and has expired" in answer.json()["detail"]) == (410, True)
        Uploads(settings.data).expire()
        assert left(settings) == []
        answer = client.get(body["url"])
    assert client.get(f"{URL}/{'0' * 32}").status_code == 404


def test_what_waits_on_a_clip_is_canceled_with_it(client: TestClient, crew: Crew, tmp_path: Path) -> None:
    clips = [bring(client, films.write(tmp_path / name, films.counting(n))).json() for n, name in ((9, "a"), (8, "b"))]
    crew.work()
    urls = [("probes", {"clip": clips[0]["id"]}), ("pyramids", {"clip": f"{clips[0]['id']}-100"})]
    urls.append(("probes", {"clip": clips[1]["id"]}))
    jobs = [client.post(f"/api/v1/models/tiny/{kind}", json=body).json()["job"] for kind, body in urls]
    client.delete(clips[0]["url"])
    assert [client.get(job["url"]).json()["state"] for job in jobs] == ["canceled", "canceled", "queued"]
