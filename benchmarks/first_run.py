"""What a newcomer waits for: the page, the first preview, the finished triplet, a computed one.

Starts the product as a user does, with an empty data folder, and speaks to it over HTTP only.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import Report

ROOT = Path(__file__).resolve().parent.parent
MODEL = "demo"
LAYER = "conv5_fusion"
UNITS = (3, 17, 42, 64, 99)
SEED = 1
"""Of what is clicked: the first look, which runs meanwhile as it does for a newcomer, computes seed 0."""

REPEATS = 5
START_WITHIN = 120.0
FINISH_WITHIN = 600.0


class Failed(Exception):
    """The product did not do what was to be measured."""


@dataclass(frozen=True)
class Product:
    """A running instance. `started`: when its command was given. pid: of its first process."""

    url: str
    started: float
    pid: int = 0

    def get(self, path: str, body: dict[str, Any] | None = None) -> bytes:
        """The answer to a GET, or to a POST of `body`."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def answers(self, path: str) -> bool:
        """Whether there is an answer without error."""
        try:
            self.get(path)
        except (urllib.error.URLError, OSError):
            return False
        return True

    def has_worker(self) -> bool:
        """Whether a worker offers the model."""
        return any(MODEL in worker["models"] for worker in json.loads(self.get("/api/v1/workers"))["items"])

    def has_picture(self) -> bool:
        """Whether something was computed that nobody asked for."""
        layers = json.loads(self.get(f"/api/v1/models/{MODEL}/coverage"))["layers"]
        return any(counts["slow"] for counts in layers.values())


@dataclass(frozen=True)
class Wait:
    """Seconds from the click to the first preview and to the finished pictures."""

    preview: float
    finished: float


def measure(report: Report) -> None:
    """Add every figure to `report`. Raises Failed."""
    with tempfile.TemporaryDirectory(prefix="kinetoscope-bench-") as folder:
        with running(Path(folder)) as product:
            report.add("start.first", _page(product), "s")
        with running(Path(folder)) as product:
            report.add("start.second", _page(product), "s", "<= 5")
            until(product.has_worker, seconds=START_WITHIN)
            report.add("start.worker", time.monotonic() - product.started, "s")
            until(product.has_picture, seconds=FINISH_WITHIN)
            report.add("start.first_picture", time.monotonic() - product.started, "s")
            _units(product, report)
            _classes(product, report)
            report.add("computed.unit", statistics.median(_computed(product) for _ in range(REPEATS)), "ms", "<= 100")


def _units(product: Product, report: Report) -> None:
    first = _click(product, LAYER, UNITS[0])
    report.add("click.very_first_preview", first.preview, "s")
    report.add("click.very_first_triplet", first.finished, "s")
    waits = [first, *(_click(product, LAYER, unit) for unit in UNITS[1:])]
    report.add("click.first_preview", statistics.median(wait.preview for wait in waits), "s", "<= 2")
    report.add("click.triplet", statistics.median(wait.finished for wait in waits), "s", "<= 15")


def _classes(product: Product, report: Report) -> None:
    layer = json.loads(product.get(f"/api/v1/models/{MODEL}"))["class_layer"]
    waits = [_click(product, layer, unit) for unit in range(REPEATS)]
    report.add("click.class_preview", statistics.median(wait.preview for wait in waits), "s", "<= 2")
    report.add("click.class_triplet", statistics.median(wait.finished for wait in waits), "s", "<= 30")


def _click(product: Product, layer: str, unit: int) -> Wait:
    """Ask for the triplet of a unit as the page does, and follow its events."""
    stream = urllib.request.urlopen(product.url + "/api/v1/events", timeout=FINISH_WITHIN)
    with stream:
        stream.readline()
        clicked = time.monotonic()
        views = [json.loads(product.get("/api/v1/visualizations", _request(layer, unit, chi=chi))) for chi in (10, 0)]
        waiting = {view["id"] for view in views}
        preview = 0.0
        for kind, data in _events(stream):
            if data.get("id") not in waiting:
                continue
            if kind == "preview" and not preview:
                product.get(data["url"])
                preview = time.monotonic() - clicked
            elif kind == "finished":
                waiting.discard(data["id"])
            elif kind in ("failed", "canceled"):
                raise Failed(f"{layer} {unit} {kind}: {data}")
            if not waiting:
                break
    for view in views:
        _pictures(product, view["id"])
    return Wait(preview, time.monotonic() - clicked)


def _computed(product: Product) -> float:
    """Milliseconds for a unit that is computed already, pictures included."""
    started = time.monotonic()
    unit = json.loads(product.get(f"/api/v1/models/{MODEL}/layers/{LAYER}/units/{UNITS[0]}?seed={SEED}"))
    for view in unit["variants"].values():
        _pictures(product, view["id"])
    return 1000 * (time.monotonic() - started)


def _pictures(product: Product, identity: str) -> None:
    view = json.loads(product.get(f"/api/v1/visualizations/{identity}"))
    if view["state"] != "finished":
        raise Failed(f"{identity} is {view['state']}")
    for stream in view["result"]["streams"]:
        product.get(view["media"] + stream["strip"])


def _request(layer: str, unit: int, *, chi: float) -> dict[str, Any]:
    return {"model": MODEL, "layer": layer, "unit": unit, "parameters": {"chi": chi, "seed": SEED}}


def _events(stream: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    kind = ""
    for line in stream:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield kind, json.loads(value)


def _page(product: Product) -> float:
    """Seconds from the command to the page."""
    until(lambda: product.answers("/") and product.answers("/api/v1/models"), seconds=START_WITHIN)
    return time.monotonic() - product.started


def until(condition: Any, *, seconds: float) -> None:
    """Wait for something to come true. Raises Failed when it does not within `seconds`."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise Failed(f"nothing happened within {seconds:.0f} s")
        time.sleep(0.02)


@contextmanager
def running(data: Path, *options: str, **variables: str) -> Iterator[Product]:
    """The product, by the same script that a user calls, in this environment. `options` are those of `run`."""
    port = _free_port()
    environment = {**os.environ, **variables, "KINETOSCOPE_VENV": sys.prefix}
    for name in ("REDIS_URL", "CACHE_URL", "KINETOSCOPE_TOKEN"):
        environment.pop(name, None)
    command = [str(ROOT / "kinetoscope"), "run", "--port", str(port), "--data", str(data), "--no-open", *options]
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield Product(f"http://127.0.0.1:{port}", started, process.pid)
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
