"""Everything is killed at random while jobs are asked for and computed; none is lost and none ends twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
from collections.abc import Callable
from pathlib import Path

import pytest

from contract.connection import connect
from contract.events import ENDINGS, START, Event, Events
from contract.shelf import Shelf
from tests.cli.test_run import Product, start, tree
from tests.conftest import wait_for
from tests.fakes import CARD, spec

__all__ = ["start"]

ROOT = Path(__file__).parent.parent
SPECS = [spec(unit, seed=seed) for seed in range(15) for unit in range(8)]


def ask(product: Product, seed: int, unit: int) -> None:
    """Ask until it is acknowledged, as a patient client does."""
    body = {"model": "tiny", "layer": "conv1", "unit": unit, "parameters": {"seed": seed}}
    wait_for(lambda: tried(lambda: product.get("/api/v1/visualizations", body)))


def tried(action: Callable[[], dict]) -> dict | None:
    try:
        return action()
    except (urllib.error.URLError, OSError):
        return None


@pytest.mark.long
def test_no_job_is_lost(start: Callable[[Path], Product], tmp_path: Path) -> None:
    product = start(tmp_path)
    queue, pictures = product.sockets()
    Shelf(connect(queue)).publish(CARD)
    chance = random.Random(0)

    def worker() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.fake_worker", queue, pictures, "0.05", "-1"]
        return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)

    crew = [worker(), worker()]
    try:
        for number, each in enumerate(SPECS):
            ask(product, each.parameters.seed, each.unit)
            if number % 6 == 0:
                time.sleep(chance.uniform(0.2, 1.0))
                victims = [*tree(product.process.pid), *(process.pid for process in crew)]
                os.kill(chance.choice(victims), signal.SIGKILL)
            crew = [process if process.poll() is None else worker() for process in crew]

        def done() -> bool:
            crew[:] = [process if process.poll() is None else worker() for process in crew]
            jobs = tried(lambda: product.get("/api/v1/jobs?state=finished&limit=200"))
            return jobs is not None and len(jobs["items"]) == len(SPECS)

        wait_for(done, seconds=300)
    finally:
        for process in crew:
            process.kill()
            process.wait()
    assert endings_without_a_beginning(Events(connect(queue)).after(START)) == []


def endings_without_a_beginning(events: list[Event]) -> list[str]:
    """Visualizations that never ended, or that ended again without having been queued again."""
    wrong = {each.id for each in SPECS} - {event.id for event in events if event.kind in ENDINGS}
    ended: set[str] = set()
    for event in events:
        if event.kind in ENDINGS and event.id in ended:
            wrong.add(event.id)
        elif event.kind in ENDINGS:
            ended.add(event.id)
        elif event.kind == "queued":
            ended.discard(event.id)
    return sorted(wrong)
