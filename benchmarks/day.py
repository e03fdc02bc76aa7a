"""A day's use in minutes: thousands of jobs, clients that come and go; then what grew and what was left is counted.

Time goes faster for what expires: whatever queue and cache are told to keep for longer than LAPSE seconds they keep for
LAPSE, as if the days between had passed. growth: of the memory of server and worker, from when what the server holds of
pictures is full to the end. keys_left: keys that are none of those which a service always has.
"""

from __future__ import annotations

import contextlib
import http.client
import random
import re
import shutil
import statistics
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

from backend.hot import LIMIT
from benchmarks.clients import ASK, body, start
from benchmarks.product import Product
from benchmarks.report import Report
from benchmarks.serve import resident
from benchmarks.stub import BYTES, LAYER, MODEL, POISON
from contract.connection import Server, connect

JOBS = 10_000
PICTURE = 200_000
"""Bytes, as those of the product: what the server holds of them is soon full."""

LAPSE = 30.0
"""Seconds; longer than what a running job renews."""

TOGETHER = 20
WAITING = 200
PAUSE = 0.5
VISITORS = 3
PATIENCE = 120.0

LASTING = re.compile(
    r"rq:(queues?|workers?|queues:.*|queue:\w+|workers:\w+|worker:.*|(finished|failed|canceled):\w+|wip:\w+)"
    r"|rq:(deferred|scheduled|intermediate).*|rq:queue:\w+:intermediate"
    r"|kinetoscope:(jobs|events|meter|cards(-changes)?|workers|worker:.*|coverage.*|reaper|handover|home|sweeps(-lock)?)"
    r"|stub:computed"
)
"""Keys that do not become more with the jobs: lists, registries and streams of a bounded length, totals, cards."""


class Day:
    """The use of one product."""

    def __init__(self, product: Product, servers: list[Server], *, jobs: int) -> None:
        self.product, self.servers, self.jobs = product, servers, jobs
        self.asked: list[str] = []
        self.over = threading.Event()
        self.warm = threading.Event()
        self.memory: dict[str, list[tuple[bool, int]]] = {"server": [], "worker": []}

    def run(self) -> None:
        """Until every job has ended and its time is over."""
        chance = random.Random(0)
        helpers = start(self._lapse, self._measure, *[self._visit] * VISITORS)
        for first in range(0, self.jobs, TOGETHER):
            self._ask(list(range(first, min(first + TOGETHER, self.jobs))), chance)
            while self._waiting() > WAITING:
                time.sleep(PAUSE)
        while self._waiting():
            time.sleep(PAUSE)
        self._until_forgotten()
        self.over.set()
        for thread in helpers:
            thread.join(30)

    def _ask(self, units: list[int], chance: random.Random) -> None:
        """Most as one batch; some each by itself, twice, or to be canceled at once."""
        first, *rest = units
        request = {"model": MODEL, "layer": LAYER, "units": rest, "variants": ["slow"]}
        answer = self.product.get(f"{ASK}/batch", request)
        self.asked += [view["id"] for view in answer["items"]]
        one = self.product.get(ASK, body(first, seed=chance.randrange(3)))["id"]
        self.product.get(ASK, body(first))
        self.product.get(f"/api/v1/jobs/{chance.choice(self.asked[-20:])}/cancel", {})
        self.asked.append(one)

    def _waiting(self) -> int:
        return sum(self.servers[0].llen(f"rq:queue:{name}") for name in ("interactive", "batch"))

    def _lapse(self) -> None:
        """Days pass for whatever expires."""
        while not self.over.wait(2.0):
            for server in self.servers:
                with contextlib.suppress(OSError):
                    hasten(server)

    def _measure(self) -> None:
        while not self.over.wait(1.0):
            for part, seen in self.memory.items():
                for pid in self.product.pids(part):
                    seen.append((self.warm.is_set(), resident(pid)))

    def _visit(self) -> None:
        """Somebody looks around, again and again: lists, pictures once and again, events for a while."""
        chance = random.Random(threading.get_ident())
        looked = brought = 0
        while not self.over.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException):
                self.product.get(
                    f"/api/v1/models/{MODEL}/layers/{LAYER}/units?limit=60&offset={chance.randrange(5000)}"
                )
                self.product.get(f"/api/v1/models/{MODEL}/coverage")
                self.product.get("/api/v1/jobs?limit=50")
                ended = self.asked[looked : len(self.asked) - WAITING]
                brought += sum(self._fetch(f"/api/v1/media/{identity}/appearance.webp") for identity in ended)
                looked += len(ended)
                if brought > LIMIT:
                    self.warm.set()
                with urllib.request.urlopen(self.product.url + "/api/v1/events", timeout=10) as stream:
                    for _ in range(30):
                        stream.readline()
            time.sleep(PAUSE)

    def _fetch(self, path: str) -> int:
        with contextlib.suppress(OSError), urllib.request.urlopen(self.product.url + path, timeout=20) as answer:
            return len(answer.read())
        return 0

    def _until_forgotten(self) -> None:
        limit = time.monotonic() + PATIENCE
        while self.left() and time.monotonic() < limit:
            time.sleep(1.0)

    def left(self) -> list[str]:
        """Keys that came with the jobs and are still there."""
        keys = [key.decode() for server in self.servers for key in server.scan_iter(count=1000)]
        return [key for key in keys if not LASTING.fullmatch(key)]

    def growth(self, part: str) -> float:
        """Percent by which a part's memory has grown since a visitor had seen more pictures than the server holds."""
        warm = [size for warm, size in self.memory[part] if warm] or [size for _, size in self.memory[part]]
        share = max(1, len(warm) // 10)
        return 100 * (statistics.median(warm[-share:]) / statistics.median(warm[:share]) - 1)


def hasten(server: Server, *, lapse: float = LAPSE) -> None:
    """Have what expires late expire in `lapse` seconds: keys, and entries of rq's registries of ended jobs."""
    keys = list(server.scan_iter(count=1000))
    with server.pipeline(transaction=False) as pipe:
        for key in keys:
            pipe.pttl(key)
        for key, left in zip(keys, pipe.execute(), strict=True):
            if left > lapse * 1000:
                pipe.pexpire(key, int(lapse * 1000))
        pipe.execute()
    soon = server.time()[0] + lapse
    for key in keys:
        if re.match(rb"rq:(finished|failed|canceled):", key) and (late := server.zrangebyscore(key, soon, "+inf")):
            server.zadd(key, dict.fromkeys(late, soon))


def measure(report: Report, *, jobs: int = JOBS) -> None:
    """Use a product for a day and add what came of it to `report`."""
    folder = Path(tempfile.mkdtemp(prefix="kt-day-", dir="/tmp"))
    (folder / "data").mkdir()
    product = Product(folder / "data", folder, workers=1, seconds=0.02)
    product.environment |= {BYTES: str(PICTURE), "KINETOSCOPE_QUOTA": "0", "KINETOSCOPE_RATE": "0"}
    try:
        product.start()
        (runtime,) = folder.glob("kinetoscope-*")
        servers: list[Any] = [connect(f"unix://{runtime}/{name}.sock") for name in ("queue", "pictures")]
        day, begun = Day(product, servers, jobs=min(jobs, POISON)), time.monotonic()
        day.run()
        report.add("jobs", len(set(day.asked)), "", f">= {jobs}")
        report.add("minutes", (time.monotonic() - begun) / 60, "min")
        if not day.warm.is_set():
            print("too few jobs for the server's pictures to be full: growth is from the start")
        for part in day.memory:
            report.add(f"{part}_growth_percent", day.growth(part), "%", "-5 to 5")
            report.add(f"{part}_mb", day.memory[part][-1][1] / 1e6, "MB")
        left = day.left()
        report.add("keys_left", len(left), "", "<= 0")
        for key in left[:10]:
            print(f"left: {key}")
    finally:
        product.stop()
        shutil.rmtree(folder, ignore_errors=True)
