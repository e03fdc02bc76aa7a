import dataclasses
import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from redis import Redis

from backend.app import create_app
from backend.room import DiskFull, Room, free_bytes
from contract.settings import Settings
from tests.backend.conftest import Crew


def test_what_is_free_is_what_the_system_says(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "not" / "yet") == pytest.approx(shutil.disk_usage(tmp_path).free, rel=0.05)


def test_the_reserve_is_the_limit(tmp_path: Path) -> None:
    left = [5_000_000]
    room = Room(tmp_path, 5, free=lambda _folder: left[0])
    assert room.trouble() == ""
    room.check()
    left[0] -= 1
    with pytest.raises(DiskFull, match="has 5 MB left, and 5 MB are kept"):
        room.check()
    assert Room(tmp_path, 0, free=lambda _folder: 0).trouble() == ""


def test_a_full_disk_is_said_wherever_work_is_asked_for(
    settings: Settings, crew: Crew, queue_server: Redis, picture_server: Redis
) -> None:
    """As on a disk that has less left than is to stay free."""
    full = dataclasses.replace(settings, reserve=10**9)
    app = create_app(full, queue_server=queue_server, picture_server=picture_server)
    with TestClient(app, base_url="http://localhost") as client:
        refused = client.post("/api/v1/visualizations", json={"model": "tiny", "layer": "conv1", "unit": 1})
        assert (refused.status_code, refused.headers["content-type"]) == (507, "application/problem+json")
        assert "KINETOSCOPE_RESERVE" in refused.json()["detail"]
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (503, "failing")
        assert "KINETOSCOPE_RESERVE" in ready.json()["checks"]["disk"]
        assert client.post("/api/v1/clips?name=a", content=b"x" * 100).status_code == 507
        assert client.get("/api/v1/models/tiny").status_code == 200
    assert crew.services.queue.count() == 0
