"""The compose file and the images, read: no container engine is needed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.product import free_port
from contract.settings import SECRETS, SETTINGS
from tests.conftest import wait_for

ROOT = Path(__file__).parent.parent
IMAGES = ("Dockerfile", "Dockerfile.gpu")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return compose["services"]


def instructions(file: str) -> list[str]:
    """Of a Dockerfile, without comments, lines that go on joined."""
    text = (ROOT / file).read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def tool(*command: str) -> None:
    """A checker that the tests install: nothing may be wrong."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name(command[0])), *command[1:]], cwd=ROOT, capture_output=True
    )
    assert done.returncode == 0, (done.stdout + done.stderr).decode()


def test_the_compose_file_is_as_the_specification_says() -> None:
    tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")


@pytest.mark.parametrize("file", IMAGES)
def test_images_are_described_as_they_should_be(file: str) -> None:
    tool("hadolint", file)


def test_services_are_built_or_fetched_and_times_are_times(services: dict) -> None:
    for name, service in services.items():
        assert ("build" in service) != ("image" in service), name
        assert set(service["healthcheck"]) <= {"test", "interval", "timeout", "retries", "start_period"}
        times = [
            service["stop_grace_period"],
            *(service["healthcheck"].get(each, "1s") for each in ("interval", "timeout")),
        ]
        assert all(re.fullmatch(r"\d+(s|m)", time) for time in times), name


def test_what_is_named_is_declared(compose: dict[str, Any], services: dict) -> None:
    used = {volume.partition(":")[0] for each in services.values() for volume in each.get("volumes", [])}
    assert used == set(compose["volumes"])
    assert {secret for each in services.values() for secret in each["secrets"]} == set(compose["secrets"])
    waited_for = {name for each in services.values() for name in each.get("depends_on", {})}
    assert waited_for <= set(services)


def test_nobody_is_root_or_can_become_it_or_write_elsewhere(services: dict) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "build" in service or service["user"] not in ("0", "root"), name
    for file in IMAGES:
        users = [line.split()[1] for line in instructions(file) if line.startswith("USER")]
        assert users[-1:] == ["1000"]


def test_every_service_has_a_limit_and_says_how_it_is(services: dict) -> None:
    for name, service in services.items():
        assert service["deploy"]["resources"]["limits"]["memory"], name
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL"), name
        assert service["init"], name
        assert service["restart"] == "unless-stopped", name


def test_secrets_are_files_and_stand_nowhere_else(compose: dict[str, Any], services: dict) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name, source in compose["secrets"].items():  # one from a variable cannot be copied into a read-only container
        assert source == {"file": f"${{KINETOSCOPE_SECRETS:-./secrets}}/{name}"}
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            plain = name.removesuffix("_FILE")
            assert plain in {setting.variable for setting in SETTINGS.values()}
            if name.endswith("_FILE"):
                assert plain in SECRETS
                assert value.removeprefix("/run/secrets/") in service["secrets"]
            assert "${" not in value
    assert "${KINETOSCOPE_TOKEN" not in text
    assert "${KINETOSCOPE_QUEUE_PASSWORD" not in text


def test_the_queue_loses_and_evicts_nothing(services: dict) -> None:
    queue = " ".join(services["queue"]["command"])
    assert "--appendonly yes --appendfsync always" in queue
    assert "noeviction" in queue
    assert "volatile-lfu" in " ".join(services["pictures"]["command"])


def test_the_queue_is_guarded_and_never_published(services: dict) -> None:
    for name in ("queue", "pictures"):
        assert "--requirepass" in " ".join(services[name]["entrypoint"])
        assert "ports" not in services[name]
    assert "token" in services["server"]["secrets"]


def test_there_is_a_worker_for_a_gpu_and_one_without(services: dict) -> None:
    (device,) = services["worker"]["deploy"]["resources"]["reservations"]["devices"]
    assert (device["capabilities"], services["worker"]["profiles"]) == (["gpu"], ["gpu"])
    assert (device["count"], services["worker"]["command"]) == ("all", ["worker"]), "one process on each GPU"
    assert "reservations" not in services["worker-cpu"]["deploy"]["resources"]
    assert services["worker-cpu"]["profiles"] == ["cpu"]


@pytest.mark.parametrize("file", IMAGES)
def test_an_image_is_made_by_the_usual_rules(file: str) -> None:
    lines = instructions(file)
    bases = [line.split()[1] for line in lines if line.startswith("FROM")]
    assert len(bases) == 2, "what builds is left behind"
    assert all(":" in base and not base.endswith(":latest") for base in bases)
    assert not any(line.startswith("ADD") for line in lines)
    assert all("--no-cache-dir" in line for line in lines if "pip install" in line)
    assert all(Path(line.split()[1]).is_absolute() for line in lines if line.startswith("WORKDIR"))
    assert all(json.loads(line.split(maxsplit=1)[1]) for line in lines if line.startswith(("ENTRYPOINT", "CMD")))
    assert not any(re.search(r"(TOKEN|PASSWORD|SECRET)=", line) for line in lines)
    assert all((ROOT / source).exists() for source in copied(file))


def copied(file: str) -> list[str]:
    return [line.split()[1] for line in instructions(file) if line.startswith("COPY ") and "--from" not in line]


def test_the_server_image_has_no_torch() -> None:
    assert "torch" not in (ROOT / "Dockerfile").read_text().replace("without torch", "")
    assert "worker" not in copied("Dockerfile")


def test_the_servers_start_command_works_on_what_its_image_holds(
    services: dict, tmp_path: Path, queue_url: str, picture_url: str
) -> None:
    """As in the container, but for the address of the queue; torch is barred, as it is absent there."""
    for source in copied("Dockerfile"):
        target = tmp_path / "app" / source
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / source).is_dir() else shutil.copy)(ROOT / source, target)
    (tmp_path / "bar").mkdir()
    (tmp_path / "bar" / "torch.py").write_text("raise ImportError('there is no torch in this image')\n")
    (tmp_path / "token").write_text("open-sesame")
    port = str(free_port())
    entry = json.loads(
        next(line for line in instructions("Dockerfile") if line.startswith("ENTRYPOINT")).split(maxsplit=1)[1]
    )
    command = [
        sys.executable,
        *entry[1:],
        *[port if word == "8000" else word for word in services["server"]["command"]],
    ]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(tmp_path / "bar"),
        "REDIS_URL": queue_url,
        "CACHE_URL": picture_url,
        "KINETOSCOPE_DATA": str(tmp_path / "data"),
        "KINETOSCOPE_TOKEN_FILE": str(tmp_path / "token"),
    }
    process = subprocess.Popen(command, cwd=tmp_path / "app", env=environment)
    try:
        wait_for(lambda: process.poll() is not None or answers(f"http://127.0.0.1:{port}/healthz"))
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/v1/models", headers={"Authorization": "Bearer open-sesame"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert "demo" in {each["name"] for each in json.load(answer)["items"]}
    finally:
        process.terminate()
        process.wait(30)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
