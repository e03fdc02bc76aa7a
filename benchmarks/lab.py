"""A lab on one machine: a server's host, and workers on hosts of their own, each with a data folder of its own.

python -m benchmarks.lab --namespaces      # the trial of the tests: a sweep, one host cut off meanwhile; JSON
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks.lines import Line, Namespace, Relayed, bridge
from benchmarks.product import free_port
from cli import valkey
from contract import settings as table
from contract.connection import connect
from contract.events import START, Events
from contract.settings import ROOT

PASSWORD = "lab-password"
PATIENCE_S = 1200.0
AWAY_S = 6.0
"""For which the host stays away after it counts as gone: what it was on is given to another."""


class Lab:
    """Queue, pictures and server, then one worker on each host. Runs until close()."""

    def __init__(self, folder: Path, lines: Sequence[Line], *, steps: int, clips: Mapping[str, Path]) -> None:
        self.folder, self.lines, self.steps, self.clips = folder, lines, steps, clips
        self._commands: dict[str, tuple[Sequence[str], dict[str, str]]] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._ports = {name: free_port() for name in ("queue", "pictures", "server")}
        self.url = f"http://127.0.0.1:{self._ports['server']}/api/v1"
        self.queue = connect(f"redis://:{PASSWORD}@{lines[0].address}:{self._ports['queue']}/0")

    def start(self) -> None:
        """Start all; comes back when every worker offers the demo. Raises TimeoutError: close() all the same."""
        servers = {"queue": valkey.queue_server, "pictures": partial(valkey.picture_server, memory="512mb")}
        for name, command in servers.items():
            socket = self.folder / f"{name}.sock"
            listen = ["--port", str(self._ports[name]), "--bind", f"{self.lines[0].address} -::1"]
            self._start(
                [*command(socket=socket, folder=self.folder / name), *listen, "--requirepass", PASSWORD], {}, name
            )
            until(socket.exists)
        cli = [sys.executable, "-P", "-m", "cli"]
        environment = self._environment("server", self.lines[0].address, lambda port: port)
        self._start([*cli, "serve", "--port", str(self._ports["server"])], environment, "server")
        for number, line in enumerate(self.lines, start=1):
            environment = self._environment(f"host{number}", line.address, line.port)
            self._start(line.command([*cli, "worker", "--device", "cpu"]), environment, f"host{number}")
        until(lambda: sum("demo" in each["models"] for each in self.workers()) == len(self.lines))

    def ask(self, layer: str, units: Sequence[int], *, variants: Sequence[str] = ("slow",), seed: int = 0) -> list[str]:
        """Ask for units of the demo, below whatever people wait for; the ids of their pictures."""
        body = {
            "model": "demo",
            "layer": layer,
            "units": list(units),
            "variants": list(variants),
            "parameters": {"steps": self.steps, "seed": seed},
        }
        return [view["id"] for view in self.call("/visualizations/batch", body)["items"]]

    def done(self, ids: Sequence[str]) -> int:
        """How many of these the server has filed."""
        pictures = self.folder / "server" / "pictures"
        return sum((pictures / identity[:2] / identity / "result.json").is_file() for identity in ids)

    def workers(self) -> list[dict[str, Any]]:
        """Those that are alive; none while the server does not answer."""
        try:
            return self.call("/workers")["items"]
        except OSError:
            return []

    def begun(self) -> Counter[str]:
        """How often each picture was begun."""
        return Counter(event.id for event in Events(self.queue).after(START) if event.kind == "started")

    def call(self, path: str, body: dict[str, Any] | bytes | None = None) -> dict[str, Any]:
        """The answer to a GET, or to a POST of `body`, or of a file. Raises OSError."""
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        request = urllib.request.Request(self.url + path, data, {"Content-Type": kind})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def kill(self, name: str) -> None:
        """Kill `queue`, `pictures`, `server` or a `host1`, with what it has started, on the spot."""
        own = self._processes[name].pid
        started = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        for each in (own, *map(int, started)):
            os.kill(each, signal.SIGKILL)
        self._processes[name].wait()

    def revive(self, name: str) -> None:
        """Start again what was killed."""
        command, environment = self._commands[name]
        self._start(command, environment, name)

    def close(self) -> None:
        """Stop all, the last one first."""
        for process in reversed(self._processes.values()):
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _environment(self, data: str, address: str, port: Callable[[int], int]) -> dict[str, str]:
        urls = {
            variable: f"redis://:{PASSWORD}@{address}:{port(self._ports[name])}/0"
            for variable, name in (("REDIS_URL", "queue"), ("CACHE_URL", "pictures"))
        }
        sets = os.pathsep.join(f"{name}={folder}" for name, folder in self.clips.items())
        own = {"KINETOSCOPE_DATA": str(self.folder / data), "KINETOSCOPE_CLIPS": sets, "KINETOSCOPE_FIRST_LOOK": "0"}
        return {**urls, **own, "KINETOSCOPE_THREADS": "1", "OMP_NUM_THREADS": "1"}

    def _start(self, command: Sequence[str], environment: dict[str, str], name: str) -> None:
        self._commands[name] = command, environment
        kept = {name: value for name, value in os.environ.items() if name not in _ours()}
        whole = {**kept, **environment, "PYTHONPATH": str(ROOT)}
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(command, env=whole, cwd=ROOT, stdout=log, stderr=log)


@dataclass(frozen=True)
class Outcome:
    """What became of a sweep during which a host was cut off.

    finished: pictures that the server has. again: begun more than once. lost: workers gone while the host was away;
    back: those there were after it came back.
    """

    asked: int
    finished: int
    again: int
    lost: int
    back: int


@contextlib.contextmanager
def lab(lines: Sequence[Line], *, steps: int, clips: Mapping[str, Path] = MappingProxyType({})) -> Iterator[Lab]:
    """A lab for the time of the block. clips: sets by name, that every host has."""
    with tempfile.TemporaryDirectory(prefix="kt-lab-", dir="/tmp") as folder:
        made = Lab(Path(folder), lines, steps=steps, clips=clips)
        try:
            made.start()
            yield made
        finally:
            made.close()


def cut_off(lines: Sequence[Line], *, units: int, steps: int) -> Outcome:
    """A sweep of so many units of the demo, whose last host is cut off in the middle and brought back."""
    with lab(lines, steps=steps) as place:
        layers = {each["path"]: each["units"] for each in place.call("/models/demo/layers")["items"]}
        places = [(path, unit) for path in reversed(layers) for unit in range(layers[path])][:units]
        ids: list[str] = []
        for path in dict.fromkeys(path for path, _ in places):
            ids += place.ask(path, [unit for other, unit in places if other == path])
        until(lambda: place.done(ids) >= units // 10)
        lines[-1].cut()
        until(lambda: len(place.workers()) < len(lines))
        lost = len(lines) - len(place.workers())
        time.sleep(AWAY_S)
        lines[-1].mend()
        until(lambda: len(place.workers()) == len(lines))
        back = len(place.workers())
        until(lambda: place.done(ids) == len(ids))
        again = sum(times > 1 for identity, times in place.begun().items() if identity in set(ids))
        return Outcome(asked=len(ids), finished=place.done(ids), again=again, lost=lost, back=back)


def until(condition: Callable[[], object]) -> None:
    """Wait for a condition. Raises TimeoutError."""
    limit = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > limit:
            raise TimeoutError(f"{condition} did not come true in {PATIENCE_S:.0f} s")
        time.sleep(0.2)


def _ours() -> set[str]:
    return {setting.variable for setting in table.SETTINGS.values()}


def main() -> int:
    """The trial, in this process's own network namespace or with relays."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--namespaces", action="store_true")
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--steps", type=int, default=2)
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is stopped
    if args.namespaces:
        bridge()
    lines: list[Line] = [Namespace(1), Namespace(2)] if args.namespaces else [Relayed(), Relayed()]
    outcome = cut_off(lines, units=args.units, steps=args.steps)
    print(json.dumps(outcome.__dict__))
    return 0


if __name__ == "__main__":
    sys.exit(main())
