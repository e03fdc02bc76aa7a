"""How long a sweep of the demo's later layers takes on this machine, with everything killed twice meanwhile.

`run` and all processes under it are killed on the spot, as by a power cut, and started again on the same data folder.
"""

from __future__ import annotations

import json
import os
import signal
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from benchmarks.first_run import START_WITHIN, Product, running, until
from benchmarks.report import Report
from worker.execute import SLOTS

LAYERS = ("conv5_fusion", "fc6", "fc7", "classes")
KILLED_AT = (1 / 3, 2 / 3)
"""Parts of the sweep that are done when everything is killed."""

MINUTES = 60
PATIENCE_S = 2.0 * 60 * MINUTES
LOOK_EVERY_S = 2.0


@dataclass
class Begun:
    """How often each unit was begun, by the server's events: told across restarts of the server."""

    times: Counter[str] = field(default_factory=Counter)
    last: str = ""

    def listen(self, product: Product) -> None:
        """Take down what is begun, until the server is gone."""
        after = {"Last-Event-ID": self.last} if self.last else {}
        request = urllib.request.Request(f"{product.url}/api/v1/events", headers=after)
        kind = ""
        with suppress(OSError), urllib.request.urlopen(request, timeout=PATIENCE_S) as stream:
            for line in stream:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "id":
                    self.last = value
                elif name == "event":
                    kind = value
                elif name == "data" and kind == "started":
                    self.times[json.loads(value)["id"]] += 1


def measure(report: Report, *, layers: Sequence[str] = LAYERS, units: str = "") -> None:
    """Add every figure. Raises Failed when the sweep does not end within PATIENCE_S."""
    request = {"model": "demo", "layers": list(layers), "units": units}
    begun, started = Begun(), time.monotonic()
    view: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="kinetoscope-bench-") as folder:
        for part in (*KILLED_AT, 1.0):
            view = _until_done(Path(folder), request, part, begun)
    batch = max(SLOTS["cuda" if torch.cuda.is_available() else "cpu"].values())  # of so many each kill takes the work
    again = sum(times > 1 for times in begun.times.values())
    report.add("sweep.runs", view["runs"])
    report.add("sweep.minutes", (time.monotonic() - started) / 60, "min", f"<= {MINUTES}")
    report.add("sweep.killed", len(KILLED_AT))
    report.add("sweep.missing", view["missing"], "", "<= 0")
    report.add("sweep.failed", view["failed"], "", "<= 0")
    report.add("sweep.begun_again", again, "", f"<= {len(KILLED_AT) * batch}")


def _until_done(folder: Path, request: dict[str, Any], part: float, begun: Begun) -> dict[str, Any]:
    """Begin the sweep, or go on with it, until so much of it is done; then kill everything, unless it is all."""
    with running(folder, "--no-first-look") as product:
        until(lambda: product.answers("/readyz"), seconds=START_WITHIN)
        threading.Thread(target=begun.listen, args=(product,), daemon=True).start()
        url = json.loads(product.get("/api/v1/sweeps", request))["url"]
        view: dict[str, Any] = {}

        def is_done() -> bool:
            time.sleep(LOOK_EVERY_S)
            view.update(json.loads(product.get(url)))
            done = 1 - view["missing"] / view["runs"]
            return view["state"] != "running" if part == 1 else done >= part

        until(is_done, seconds=PATIENCE_S)
        if part < 1:
            _kill(product.pid)
        return view


def _kill(pid: int) -> None:
    """A process and all under it, on the spot."""
    for each in (pid, *_under(pid)):
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def _under(pid: int) -> list[int]:
    children = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [each for child in children for each in (child, *_under(child))]
