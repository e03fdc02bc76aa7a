"""Three hosts: a server and two workers, with data folders of their own, over TCP with a password."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from benchmarks.lab import Lab, lab, until
from benchmarks.lines import Straight, inside_namespace, why_no_namespaces
from contract.probe import ProbeSpec, file_of
from contract.queue import JobQueue
from contract.settings import ROOT
from tests.worker.probing import films
from worker.demo.clips import draw_clip

UNITS = 200
BATCH = 2
"""Units that a worker on the CPU computes together at most."""


def trial(way: str) -> dict:
    command = [sys.executable, "-m", "benchmarks.lab", "--units", str(UNITS)]
    if way == "namespaces":
        command = inside_namespace([*command, "--namespaces"])
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.long
@pytest.mark.parametrize("way", ["namespaces", "relays"])
def test_a_sweep_ends_with_all_results_although_a_host_is_cut_off_meanwhile(way: str) -> None:
    why = why_no_namespaces() if way == "namespaces" else ""
    if why:
        pytest.skip(why)
    outcome = trial(way)
    assert outcome["asked"] == outcome["finished"] == UNITS
    assert (outcome["lost"], outcome["back"]) == (1, 2)
    assert outcome["again"] <= BATCH


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of three clips."""
    folder = tmp_path_factory.mktemp("few")
    for number in range(3):
        films.write(folder / f"{number}.mkv", draw_clip(number, 7).frames, rate=25)
    return folder


@pytest.fixture(scope="module")
def place(few: Path) -> Iterator[Lab]:
    """A server, and one worker with a data folder of its own; both know the set."""
    with lab([Straight()], steps=2, clips={"few": few}) as made:
        yield made


def bring(place: Lab, film: bytes) -> dict:
    clip = place.call("/clips?name=drawn", film)
    until(lambda: place.call(f"/clips/{clip['id']}")["state"] == "ready")
    return place.call(f"/clips/{clip['id']}")


def states(place: Lab, clip: dict) -> list[str]:
    """Of the jobs about a clip."""
    return [job["state"] for job in place.call("/jobs")["items"] if job["spec"].get("clip") == clip["id"]]


def left(place: Lab) -> set[Path]:
    """What is on the worker's disk of clips that somebody brought."""
    return set((place.folder / "host1").glob("abroad/*/clips"))


def test_a_worker_with_a_folder_of_its_own_looks_at_what_is_brought(place: Lab, few: Path) -> None:
    assert [worker["at_home"] for worker in place.workers()] == [False]
    clip = bring(place, (few / "0.mkv").read_bytes())
    about = f"clip={clip['id']}"
    place.call("/models/demo/probes", {"clip": clip["id"]})
    until(lambda: place.call(f"/models/demo/probes?{about}")["probe"])
    place.call("/models/demo/pyramids", {"clip": clip["id"], "units": 2})
    until(lambda: place.call(f"/models/demo/pyramids?{about}&units=2")["pyramid"])
    assert place.call(f"/models/demo/pyramids/tubes?{about}&units=2")["tubes"]
    assert place.call(f"/models/demo/pyramids?{about}&units=2")["clip"]["streams"]
    until(lambda: states(place, clip) == 3 * ["finished"])
    assert left(place) == set()


@pytest.mark.long
def test_a_worker_with_a_folder_of_its_own_surveys_clips_and_takes_them_apart(place: Lab) -> None:
    place.call("/models/demo/findings/analyses", {"what": "clips", "clips": "few"})
    until(lambda: (place.call("/models/demo/findings/analyses")["items"][1]["state"]) not in ("queued", "running"))
    found = place.call("/models/demo/findings")["overview"]
    assert (found["total"], found["source"]) == (3, "few")
    surveyed = place.call("/models/demo/findings/clips")["items"][0]
    place.call("/models/demo/pyramids", {"clip": surveyed["id"], "units": 2})
    until(lambda: place.call(f"/models/demo/pyramids?clip={surveyed['id']}&units=2")["pyramid"])
    same = place.call("/clips/surveyed", {"model": "demo", "surveyed": surveyed["id"]})
    until(lambda: place.call(f"/clips/{same['id']}")["state"] == "ready")
    until(lambda: left(place) == set())


def test_a_clip_that_is_refused_is_so_from_elsewhere_too(place: Lab, few: Path) -> None:
    with pytest.raises(HTTPError) as refused:
        bring(place, (few / "1.mkv").read_bytes()[:1000])
    assert refused.value.code == 422


@pytest.mark.long
def test_server_and_worker_are_killed_meanwhile_and_nothing_is_lost(place: Lab, few: Path) -> None:
    clip = bring(place, (few / "2.mkv").read_bytes())
    film, fingerprint = clip["film"], place.workers()[0]["fingerprints"]["demo"]
    spec = ProbeSpec(
        clip=clip["id"], start=0, end=film["seconds"], at=None, ablate=(), model="demo", fingerprint=fingerprint
    )
    queue = JobQueue(place.queue)

    def state() -> str:
        return queue.records([spec.id])[spec.id].state

    place.kill("server")
    queue.submit(spec)
    until(lambda: state() == "running")
    place.kill("host1")
    place.revive("host1")
    until(lambda: queue.records([spec.id])[spec.id].attempts == 2 and state() == "running")
    place.kill("pictures")
    place.revive("pictures")
    kept = place.folder / "server" / "clips" / clip["id"] / file_of(spec)
    assert not kept.exists()
    place.revive("server")
    until(lambda: state() not in ("queued", "running"))
    assert state() == "finished"
    assert kept.is_file()
    assert left(place) == set()


def test_waiting_ends_when_it_comes_true() -> None:
    found = iter([False, False, True])
    until(lambda: next(found))
    assert list(found) == []
