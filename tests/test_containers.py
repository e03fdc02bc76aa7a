"""The compose file and the images, read: no container engine is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_every_volume_is_declared(compose: dict[str, Any]) -> None:
    used = {volume.partition(":")[0] for each in compose["services"].values() for volume in each.get("volumes", [])}
    assert used == set(compose["volumes"])


def test_every_image_that_is_built_has_its_file(compose: dict[str, Any]) -> None:
    files = [each["build"]["dockerfile"] for each in compose["services"].values() if "build" in each]
    assert files
    assert all((ROOT / file).is_file() for file in files)


@pytest.mark.parametrize("file", ["Dockerfile", "Dockerfile.gpu"])
def test_what_is_copied_exists(file: str) -> None:
    lines = (ROOT / file).read_text().splitlines()
    sources = [line.split()[1] for line in lines if line.startswith("COPY")]
    assert all((ROOT / source).exists() for source in sources)
    assert "USER kinetoscope" in lines


def test_processes_are_waited_for_and_stopped_gently(compose: dict[str, Any]) -> None:
    assert all(each["init"] and each["stop_grace_period"] for each in compose["services"].values())


def test_the_queue_loses_and_evicts_nothing(compose: dict[str, Any]) -> None:
    queue = " ".join(compose["services"]["queue"]["command"])
    assert "--appendonly yes --appendfsync always" in queue
    assert "noeviction" in queue
    assert "volatile-lfu" in " ".join(compose["services"]["pictures"]["command"])


def test_the_queue_is_guarded_and_never_published(compose: dict[str, Any]) -> None:
    for name in ("queue", "pictures"):
        service = compose["services"][name]
        assert "--requirepass" in service["command"]
        assert ":?" in service["environment"]["REDISCLI_AUTH"]
        assert "ports" not in service
    addresses = compose["services"]["worker"]["environment"]
    assert all("${KINETOSCOPE_QUEUE_PASSWORD}@" in addresses[name] for name in ("REDIS_URL", "CACHE_URL"))


def test_the_worker_has_a_gpu_and_the_server_a_token(compose: dict[str, Any]) -> None:
    worker, server = compose["services"]["worker"], compose["services"]["server"]
    (device,) = worker["deploy"]["resources"]["reservations"]["devices"]
    assert device["capabilities"] == ["gpu"]
    assert ":?" in server["environment"]["KINETOSCOPE_TOKEN"]


def test_the_server_image_has_no_torch() -> None:
    assert "torch" not in (ROOT / "Dockerfile").read_text().replace("without torch", "")
    assert "COPY worker worker" not in (ROOT / "Dockerfile").read_text()
