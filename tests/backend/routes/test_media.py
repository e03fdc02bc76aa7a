import pytest
from fastapi.testclient import TestClient

from tests.backend.conftest import Crew
from tests.fakes import spec

ID = spec(1).id
URL = f"/api/v1/media/{ID}/motion.webp"
DATA = b"strip of " + ID.encode()


@pytest.fixture
def finished(client: TestClient, crew: Crew) -> TestClient:
    crew.services.queue.submit(spec(1))
    crew.work()
    return client


def test_a_picture_never_changes(finished: TestClient) -> None:
    answer = finished.get(URL)
    assert answer.content == DATA
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert not answer.headers["etag"].startswith("W/")
    assert answer.headers["accept-ranges"] == "bytes"


def test_a_client_that_has_it_is_not_sent_it_again(finished: TestClient) -> None:
    etag = finished.get(URL).headers["etag"]
    again = finished.get(URL, headers={"if-none-match": f'"other", {etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert finished.get(URL, headers={"if-none-match": '"other"'}).status_code == 200


def test_head_has_the_size_but_no_body(finished: TestClient) -> None:
    answer = finished.head(URL)
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", str(len(DATA)))


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-3", 0, 3), ("bytes=5-", 5, len(DATA) - 1), ("bytes=-4", len(DATA) - 4, len(DATA) - 1),
     ("bytes=2-99999", 2, len(DATA) - 1)],
)  # fmt: skip
def test_a_part_of_a_picture(finished: TestClient, asked: str, first: int, last: int) -> None:
    answer = finished.get(URL, headers={"range": asked})
    assert answer.status_code == 206
    assert answer.content == DATA[first : last + 1]
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(DATA)}"


@pytest.mark.parametrize("asked", ["bytes=99999-", "bytes=9-3"])
def test_a_part_that_is_not_there(finished: TestClient, asked: str) -> None:
    answer = finished.get(URL, headers={"range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(DATA)}"


@pytest.mark.parametrize("asked", ["items=0-3", "bytes=0-1,4-5", "bytes=-", "nonsense"])
def test_other_ranges_are_ignored(finished: TestClient, asked: str) -> None:
    assert finished.get(URL, headers={"range": asked}).status_code == 200


def test_a_part_of_another_version_is_the_whole(finished: TestClient) -> None:
    assert finished.get(URL, headers={"range": "bytes=0-3", "if-range": '"old"'}).status_code == 200


@pytest.mark.parametrize("file", ["result.json", "other.webp", "..%2f..%2fsecret", "%2e%2e"])
def test_only_pictures_are_given_out(finished: TestClient, file: str) -> None:
    assert finished.get(f"/api/v1/media/{ID}/{file}").status_code == 404


def test_previews_are_not_cached(client: TestClient, crew: Crew) -> None:
    crew.services.store.put_previews({ID: b"now"})
    answer = client.get(f"/api/v1/media/{ID}/preview.webp?step=3")
    assert (answer.content, answer.headers["cache-control"]) == (b"now", "no-store")
    assert client.get(f"/api/v1/media/{spec(2).id}/preview.webp").status_code == 404


def test_json_is_checked_again_each_time(client: TestClient) -> None:
    first = client.get("/api/v1/models/tiny")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/api/v1/models/tiny", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
