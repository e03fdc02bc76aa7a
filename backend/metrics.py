"""What is measured of the service, in Prometheus' text format (version 0.0.4)."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis

from backend.room import free_bytes
from contract.connection import Server
from contract.queue import JobQueue
from contract.shelf import Shelf
from contract.store import Store

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
ENDINGS = ("finished", "failed", "canceled")


@dataclass(frozen=True)
class Metric:
    """One figure, or one for each value of a label. samples: by the label's value; "" where there is no label."""

    name: str
    kind: str
    help: str
    label: str = ""
    samples: Mapping[str, float] = field(default_factory=dict)

    def text(self) -> str:
        """As Prometheus reads it."""
        name = f"kinetoscope_{self.name}"
        lines = [f"# HELP {name} {self.help}", f"# TYPE {name} {self.kind}"]
        for value, sample in self.samples.items():
            label = f'{{{self.label}="{_escape(value)}"}}' if self.label else ""
            lines.append(f"{name}{label} {sample:.12g}")
        return "\n".join(lines) + "\n"


class Metrics:
    """Reads the figures where they are: nothing is kept for it."""

    def __init__(self, *, queue: JobQueue, store: Store, shelf: Shelf, servers: Mapping[str, Redis]) -> None:
        self._queue, self._store, self._shelf = queue, store, shelf
        self._servers: Mapping[str, Server] = servers

    def text(self) -> str:
        """All of them. Raises RedisError."""
        return "".join(metric.text() for metric in [*self._jobs(), *self._work(), *self._places()])

    def _jobs(self) -> list[Metric]:
        totals, ages = self._queue.meter.read(), self._queue.ages(time.time())
        states = {"queued": float(len(self._queue.positions())), "running": float(self._queue.running())}
        return [
            Metric("jobs", "gauge", "Jobs that have not ended.", "state", states),
            Metric("jobs_ended_total", "counter", "Jobs that have ended.", "state", _part(totals, "ended", ENDINGS)),
            Metric("queue_age_seconds", "gauge", "How long the next job has waited.", "priority", ages),
        ]

    def _work(self) -> list[Metric]:
        totals, workers = self._queue.meter.read(), self._shelf.workers()
        busy = {state: float(sum(each.state == state for each in workers)) for state in ("idle", "busy")}
        return [
            Metric("unit_seconds_sum", "counter", "Seconds that units took.", "", {"": totals.get("unit_seconds", 0)}),
            Metric("unit_seconds_count", "counter", "Units that were computed.", "", {"": totals.get("units", 0)}),
            Metric("workers", "gauge", "Workers that are alive.", "state", busy),
            Metric("worker_memory_used_bytes", "gauge", "Memory in use on the worker's device.", "worker",
                   {each.name: float(each.memory_used) for each in workers}),
            Metric("worker_memory_bytes", "gauge", "Memory of the worker's device.", "worker",
                   {each.name: float(each.memory) for each in workers}),
        ]  # fmt: skip

    def _places(self) -> list[Metric]:
        memory = {name: server.info("memory") for name, server in self._servers.items()}
        reads = {place: float(self._store.reads[place]) for place in ("cache", "file", "nowhere")}
        return [
            Metric("media_reads_total", "counter", "Pictures by where they were found, other than in memory.",
                   "place", reads),
            Metric("redis_used_bytes", "gauge", "Memory that queue and cache use.", "server",
                   {name: float(each["used_memory"]) for name, each in memory.items()}),
            Metric("redis_limit_bytes", "gauge", "Memory that queue and cache may use; 0: no limit.", "server",
                   {name: float(each["maxmemory"]) for name, each in memory.items()}),
            Metric("disk_free_bytes", "gauge", "Space left where results are kept.", "", {"": self._free()}),
            Metric("server_resident_bytes", "gauge", "Memory of the server's process.", "", {"": _resident()}),
        ]  # fmt: skip

    def _free(self) -> float:
        return float(free_bytes(self._store.folder)) if self._store.folder else 0.0


def _part(totals: Mapping[str, float], name: str, values: tuple[str, ...]) -> dict[str, float]:
    return {value: totals.get(f"{name}:{value}", 0.0) for value in values}


def _resident() -> float:
    """Bytes; 0 where the kernel does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return float(pages * os.sysconf("SC_PAGE_SIZE"))


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
