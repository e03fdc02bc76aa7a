"""Start the dashboard: the page, the queue and the workers, until Ctrl-C.

    ./kinetoscope run --port 8000 --data ~/kinetoscope

With REDIS_URL set, that server is used instead of one of our own.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from backend.tokens import Tokens
from cli import devices, valkey
from cli.address import add_address, check_address
from cli.runtime import runtime_folder
from cli.supervisor import Child, Supervisor
from cli.worker import threads
from contract import data_folder, logs
from contract import settings as table
from contract.errors import KinetoscopeError


class InUse(KinetoscopeError):
    """Another instance uses the data folder."""

    title = "Data folder in use"


class NotWritable(KinetoscopeError):
    """The data folder cannot be made or written."""

    title = "Data folder not writable"


GIVING_BACK = {"MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_ARENA_MAX": "2"}
"""Of glibc: a picture has memory of its own, small things of all threads share two heaps."""


@dataclass(frozen=True)
class Place:
    """Where this instance is: its address and its folders. `runtime` is short-lived."""

    host: str
    port: int
    data: Path
    runtime: Path

    @property
    def url(self) -> str:
        """The address to open."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        return f"http://{host}:{self.port}/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    add_address(parser)
    parser.add_argument("--data", type=Path, help="folder for results and models (default: the user's data folder)")
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")
    parser.add_argument(
        "--no-first-look", action="store_true", help="compute nothing by itself where nothing was ever computed"
    )
    parser.add_argument("--workers", type=int, help="worker processes (default: one per GPU, or one; 0: none)")


def main(args: argparse.Namespace) -> int:
    """Run until told to stop."""
    environ = {**os.environ, "KINETOSCOPE_FIRST_LOOK": "0"} if args.no_first_look else os.environ
    settings = table.read(environ)
    logs.begin(settings.log, process="supervisor")
    data = args.data.expanduser().resolve() if args.data else settings.data
    guarded = bool(Tokens(data, settings.token).holders())
    check_address(args.host, args.port, guarded=guarded, insecure=args.insecure, hosts=settings.hosts)
    with locked(data), runtime_folder() as runtime:
        data_folder.prepare(data)
        place = Place(host=args.host, port=args.port, data=data, runtime=runtime)
        supervisor = Supervisor(children(settings, place, environ=environ, workers=args.workers))
        try:
            supervisor.start()
            _announce(place, settings, browse=not args.no_open)
            supervisor.watch()
        finally:
            print("Stopping.", flush=True)
            supervisor.stop()
    return 0


def children(settings: table.Settings, place: Place, *, environ: Mapping[str, str], workers: int | None) -> list[Child]:
    """The processes of the product, in the order in which they need each other."""
    environment = {**environ, "KINETOSCOPE_DATA": str(place.data), "PYTHONPATH": str(table.ROOT)}
    servers = _servers(settings, place, environment)
    python = [sys.executable, "-P", "-m", "cli"]
    address = ["--host", place.host, "--port", str(place.port), "--insecure"]
    page = Child(
        "The server", [*python, "serve", "--child", *address], thrifty(environment), ready=lambda: _answers(place.url)
    )
    names = _devices(settings, workers)
    environment["KINETOSCOPE_THREADS"] = str(settings.threads or threads(len(names)))
    crew = [
        Child(f"Worker {name}", [*python, "worker", "--child", "--device", name], environment, patience=20.0)
        for name in names
    ]
    # Workers are asked for early: they take longest to be ready, and the page does not need them.
    return [*servers, *crew, page]


def thrifty(environment: Mapping[str, str]) -> dict[str, str]:
    """For the server, which gives back what pictures took; workers are told to keep theirs for the next step."""
    kept = {name: value for name, value in environment.items() if not name.startswith(("MALLOC_", "THP_"))}
    return {**kept, **GIVING_BACK}


def _servers(settings: table.Settings, place: Place, environment: dict[str, str]) -> list[Child]:
    """Queue and cache of our own, unless the user names one; their addresses go into `environment`."""
    if settings.redis_url:
        environment.update(REDIS_URL=settings.redis_url, CACHE_URL=settings.cache_url)
        return []
    queue, pictures = place.runtime / "queue.sock", place.runtime / "pictures.sock"
    environment.update(REDIS_URL=f"unix://{queue}", CACHE_URL=settings.cache_url or f"unix://{pictures}")
    durable = valkey.queue_server(socket=queue, folder=place.data / "queue")
    forgetful = valkey.picture_server(socket=pictures, folder=place.data / "cache", memory=settings.cache_memory)
    return [_server("The queue", durable, socket=queue), _server("The picture cache", forgetful, socket=pictures)]


def _server(name: str, command: list[str], *, socket: Path) -> Child:
    log = command[command.index("--logfile") + 1]
    return Child(name, command, os.environ, ready=lambda: _pings(socket), log=log)


def _devices(settings: table.Settings, workers: int | None) -> list[str]:
    """One device name per worker. `auto` lets the worker choose."""
    if settings.device:
        return [settings.device] * (1 if workers is None else workers)
    names = devices.every(os.environ)
    return [names[i % len(names)] for i in range(len(names) if workers is None else workers)]


def _pings(socket: Path) -> bool:
    """Whether a server answers there; while it reads its log, it does not yet."""
    try:
        return socket.exists() and bool(Redis.from_url(f"unix://{socket}", retry=None).ping())
    except RedisError:
        return False


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url + "healthz", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _announce(place: Place, settings: table.Settings, *, browse: bool) -> None:
    url = place.url + (f"?token={settings.token}" if settings.token else "")
    print(f"Kinetoscope is at {url}\nResults are kept in {place.data}\nStop with Ctrl-C.", flush=True)
    if browse:
        webbrowser.open(url)


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """One instance per data folder. Raises InUse, NotWritable."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        file = (data / "lock").open("w")
    except OSError as error:
        raise NotWritable(f"{data} cannot be written: {error.strerror}. Give another folder with --data.") from error
    with file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InUse(f"Another kinetoscope uses {data}. Stop it, or give another folder with --data.") from error
        yield
