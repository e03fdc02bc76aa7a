"""Kinetoscope as `run` starts it, with stub workers in the place of those that compute.

python -m benchmarks.product --data FOLDER --port 8000 --workers 2
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.stub import SECONDS
from cli import run
from cli.runtime import runtime_folder
from cli.supervisor import Child, Supervisor
from contract import settings as table

START_WITHIN = 60.0
RESERVE = "16"
"""Megabytes: the disk that the fault harness fills is small."""

PARTS = {"server": "cli serve", "worker": "benchmarks.stub", "queue": "queue.sock", "pictures": "pictures.sock"}
"""Processes by what their command lines say."""


class Product:
    """A running instance, seen from outside. `seconds`: that a batch of units takes."""

    def __init__(self, data: Path, runtime: Path, *, workers: int, seconds: float = 0.5) -> None:
        self.data, self.workers, self.seconds = data, workers, seconds
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime), SECONDS: str(seconds)}
        for name in ("REDIS_URL", "CACHE_URL", "KINETOSCOPE_TOKEN", "KINETOSCOPE_HOSTS", "KINETOSCOPE_DEVICE"):
            self.environment.pop(name, None)
        self.environment |= {"KINETOSCOPE_LOG": "json", "KINETOSCOPE_RESERVE": RESERVE}
        self.environment["KINETOSCOPE_FIRST_LOOK"] = "0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers. Raises TimeoutError."""
        command = [sys.executable, "-m", "benchmarks.product", "--data", str(self.data), "--port", str(self.port)]
        log = (self.data.parent / "product.log").open("ab")
        self.process = subprocess.Popen(
            [*command, "--workers", str(self.workers)], env=self.environment, cwd=table.ROOT, stdout=log, stderr=log
        )
        limit = time.monotonic() + START_WITHIN
        while not self.is_ready():
            if time.monotonic() > limit:
                raise TimeoutError(f"It does not answer; see {self.data.parent / 'product.log'}.")
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop it in order."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def is_ready(self) -> bool:
        """Whether /readyz says so."""
        try:
            return self.get("/readyz")["status"] == "ok"
        except OSError:
            return False

    def get(self, path: str, body: dict[str, Any] | None = None, *, seconds: float = 20.0) -> dict[str, Any]:
        """The answer to a GET, or to a POST of `body`. Raises OSError."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return json.load(answer)
        except urllib.error.HTTPError:
            raise
        except (ValueError, urllib.error.URLError) as error:  # cut short
            raise OSError(str(error)) from error

    def pids(self, part: str) -> list[int]:
        """Processes of one part, by the names of PARTS."""
        assert self.process is not None
        return [pid for pid, command in children(self.process.pid).items() if PARTS[part] in command]


def children(parent: int) -> dict[int, str]:
    """Command lines of the children of a process, by pid; from /proc."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent and fields[0] != "Z":
                found[int(stat.parent.name)] = (stat.parent / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port: int) -> None:
    """Wait until somebody listens there. Raises TimeoutError."""
    limit = time.monotonic() + START_WITHIN
    while time.monotonic() < limit:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"Nobody listens on port {port}.")


def _as_stub(child: Child) -> Child:
    return dataclasses.replace(child, command=[sys.executable, "-P", "-m", "benchmarks.stub"])


def main() -> None:
    """Be the supervisor."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the supervisor takes over
    settings = table.read(os.environ)
    with run.locked(args.data), runtime_folder() as runtime:
        place = run.Place(host="127.0.0.1", port=args.port, data=args.data, runtime=runtime)
        parts = run.children(settings, place, environ=os.environ, workers=args.workers)
        supervisor = Supervisor([_as_stub(each) if each.name.startswith("Worker") else each for each in parts])
        try:
            supervisor.start()
            supervisor.watch()
        finally:
            supervisor.stop()


if __name__ == "__main__":
    main()
