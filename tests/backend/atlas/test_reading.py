import hashlib
import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from redis import Redis

from backend.app import create_app
from backend.atlas.checking import NotAnAtlas, check
from backend.atlas.reading import read
from contract.settings import Settings
from contract.store import Store
from tests.backend.atlas import filled
from tests.backend.atlas.conftest import Made
from tests.conftest import wait_for

UNIT = "/api/v1/models/demo/layers/fc8/units/1"


def quiet(*_: object) -> None:
    """No progress."""


def take(atlas: Made, data: Path):
    return read(check(atlas.folder, quiet), data, store=Store(None, data / "pictures"), progress=quiet)


def forge(atlas: Made, path: str, data: bytes) -> None:
    """Change a file and have the manifest agree."""
    file = atlas.folder / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["files"][path] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    (atlas.folder / path).write_bytes(data)
    file.write_text(json.dumps(manifest))


def test_all_of_it_is_in_the_data_folder_again(atlas: Made, tmp_path: Path):
    other = tmp_path / "other"
    (taken,) = take(atlas, other)
    assert (taken.new, taken.known, taken.findings) == (len(filled.specs()), 0, True)
    for folder in ("pictures", "findings"):
        before, after = atlas.data / folder, other / folder
        theirs = {file.relative_to(before): file.read_bytes() for file in before.rglob("*") if file.is_file()}
        ours = {file.relative_to(after): file.read_bytes() for file in after.rglob("*") if file.is_file()}
        theirs.pop(Path(filled.CARD.fingerprint, "folder.json"), None)
        ours.pop(Path(".mark"), None)
        assert ours == theirs


def test_a_server_shows_it_without_computing(atlas: Made, tmp_path: Path, queue_server: Redis, picture_server: Redis):
    other = tmp_path / "other"
    settings = Settings(data=other, demo_card=tmp_path / "none")

    def app() -> TestClient:
        created = create_app(settings, queue_server=queue_server, picture_server=picture_server)
        return TestClient(created, base_url="http://localhost")

    queue_server.flushall()
    with app() as client:
        assert client.get("/api/v1/models").json()["items"] == []
    take(atlas, other)
    with app() as client:
        (model,) = client.get("/api/v1/models").json()["items"]
        assert (model["name"], model["available"]) == ("demo", False)
        unit = client.get(UNIT).json()
        assert {view["state"] for view in unit["variants"].values()} == {"finished"}
        assert client.get(f"{unit['variants']['slow']['media']}motion.webp").status_code == 200
        assert client.get("/api/v1/models/demo/findings").json()["overview"]["total"] == 12
        assert client.get("/api/v1/models/demo/findings/clips/c1/motion.webp").status_code == 200
        assert client.get("/api/v1/models/demo/pyramids?clip=c0").json()["pyramid"]["label"] == 0
        # it was counted before the atlas came
        covered = wait_for(lambda: client.get("/api/v1/models/demo/coverage").json()["layers"]["fc8"]["slow"])
        assert covered == 3


def test_what_is_there_already_stays(atlas: Made, tmp_path: Path):
    other = tmp_path / "other"
    filled.fill(other, [filled.spec("fc8", 1)])
    overview = filled.analyse(other).folder / "overview.json"
    overview.write_text(overview.read_text().replace("clips of the mock", "clips of my own"))
    kept = other / "pictures" / filled.spec("fc8", 1).id[:2] / filled.spec("fc8", 1).id / "result.json"
    before = kept.stat().st_mtime_ns
    (taken,) = take(atlas, other)
    assert (taken.known, taken.findings) == (1, False)
    assert kept.stat().st_mtime_ns == before
    assert "clips of my own" in overview.read_text()


def test_a_result_that_is_not_what_its_id_says_is_refused(atlas: Made, tmp_path: Path):
    path = "api/v1/models/demo/layers/fc7/units/3.json"
    text = (atlas.folder / path).read_text()
    forge(atlas, path, text.replace('"unit":3', '"unit":4').encode())
    with pytest.raises(NotAnAtlas, match=f"{path} holds a result"):
        take(atlas, tmp_path / "other")


@pytest.mark.parametrize("said", [b"[]", b"no JSON", b'{"": {"answer": {"unit": 3}}}', b'{"": 1}', b"{}"])
def test_what_is_no_answer_is_refused(atlas: Made, tmp_path: Path, said: bytes):
    forge(atlas, "api/v1/models/demo.json", said)
    with pytest.raises(NotAnAtlas, match=r"demo\.json"):
        take(atlas, tmp_path / "other")


def test_names_that_findings_do_not_have_are_refused(atlas: Made, tmp_path: Path):
    forge(atlas, f"archive/{filled.CARD.fingerprint}/.hidden.json", b"{}")
    with pytest.raises(NotAnAtlas, match=r"\.hidden"):
        take(atlas, tmp_path / "other")


def test_a_picture_that_is_named_and_not_there_is_refused(atlas: Made, tmp_path: Path):
    manifest = json.loads((atlas.folder / "manifest.json").read_text())
    gone = next(path for path in manifest["files"] if path.endswith("/motion.webp") and "/media/" in path)
    del manifest["files"][gone]
    (atlas.folder / gone).unlink()
    (atlas.folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(NotAnAtlas, match="does not hold"):
        take(atlas, tmp_path / "other")
