"""Compute visualizations that the queue asks for, on this machine's devices.

    REDIS_URL=redis://... CACHE_URL=redis://... ./kinetoscope worker --device cuda:0,cuda:1
    ./kinetoscope worker --drain      # let this machine's workers finish what they are on, and take no more

`./kinetoscope run` starts one per device. On other machines, see docs/lab.md.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import signal
import socket
import sys
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from cli import devices
from cli.orphan import watch_parent
from cli.supervisor import Child, Supervisor
from contract import logs, reach
from contract import settings as table
from contract.connection import connect
from contract.errors import UnknownWorker
from contract.events import Events
from contract.home import Home
from contract.post import Post
from contract.progress import ProgressBoard
from contract.queue import JobQueue
from contract.shelf import Shelf, WorkerCard
from contract.store import Store

if TYPE_CHECKING:
    from worker.engine import TorchEngine
    from worker.process import WarmWorker

LOOK_EVERY_S = 1.0
PATIENCE_S = 20.0
"""Seconds in which a worker gives its job back when it is told to stop."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--device", help="cpu, cuda:0 or several with commas (default: every GPU, else the CPU)")
    parser.add_argument("--data", type=Path, help="folder with models of your own (default: the user's data folder)")
    parser.add_argument(
        "--drain",
        action="store_true",
        help="start none: let those of this machine finish the jobs that they are on and take no more, and wait for it",
    )
    parser.add_argument(
        "--alive", action="store_true", help="start none: 0 if one of this machine is ready or at work, else 1"
    )
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)


def main(args: argparse.Namespace) -> int:
    """Work until told to stop; what ends by itself is started again."""
    settings = table.read(os.environ)
    logs.begin(settings.log, process="worker")
    if not settings.redis_url:
        print("Set REDIS_URL to the server of the queue.", file=sys.stderr)
        return 2
    settings = dataclasses.replace(settings, data=(args.data or settings.data).expanduser().resolve())
    if args.child:
        return work(settings, args.device)
    reach.check("REDIS_URL", settings.redis_url)
    reach.check("CACHE_URL", settings.cache_url)
    if args.drain:
        return drain(Shelf(connect(settings.redis_url)), socket.gethostname())
    if args.alive:
        ready = [each for each in Shelf(connect(settings.redis_url)).workers() if each.state != "starting"]
        return int(socket.gethostname() not in {each.host for each in ready})
    return supervise(settings, args.device.split(",") if args.device else devices.every(os.environ))


def supervise(settings: table.Settings, devices: list[str]) -> int:
    """One process for each device: one that loses its job, hangs or dies takes no other with it."""
    share = {"KINETOSCOPE_THREADS": str(settings.threads or threads(len(devices)))}
    environment = {**os.environ, **share, "KINETOSCOPE_DATA": str(settings.data), "PYTHONPATH": str(table.ROOT)}
    command = [sys.executable, "-P", "-m", "cli", "worker", "--child", "--device"]
    crew = [Child(f"Worker {name}", [*command, name], environment, patience=PATIENCE_S) for name in devices]
    supervisor = Supervisor(crew)
    try:
        supervisor.start()
        print(f"Working on {', '.join(devices)} as part of {socket.gethostname()}. Stop with Ctrl-C.", flush=True)
        supervisor.watch()
    finally:
        supervisor.stop()
    return 0


def threads(workers: int) -> int:
    """A worker's share of the cores: more threads than cores make all of them slow."""
    return max(1, (os.cpu_count() or 1) // max(1, workers))


def work(settings: table.Settings, device: str) -> int:
    """Be the worker of one device."""
    watch_parent()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the work loop takes over
    name = announce(Shelf(connect(settings.redis_url)), device)
    import torch  # only here: the process that looks after workers needs none of it, and it takes seconds

    from worker.abroad import Abroad
    from worker.engine import TorchEngine, best_device

    device = best_device() if device == "auto" else device
    torch.set_num_threads(settings.threads or os.cpu_count() or 1)
    engine = TorchEngine(
        data=settings.data,
        device=device,
        clips=settings.clips,
        checkpoint=settings.checkpoint,
        abroad=Abroad(
            settings.data,
            post=Post(connect(settings.cache_url)),
            at_home=Home(settings.data, connect(settings.redis_url)).is_here,
        ),
    )
    build(settings, engine=engine, device=device, name=name).work(logging_level="WARNING")
    return 0


def announce(shelf: Shelf, device: str) -> str:
    """Say that a worker is on its way, so that no page says that there is none; the name that it will have."""
    host = socket.gethostname()
    name = f"{host}-{'worker' if device == 'auto' else device.replace(':', '')}-{uuid.uuid4().hex[:6]}"
    shelf.check_in(WorkerCard(name=name, device=device, host=host, state="starting", since=time.time()))
    return name


def build(settings: table.Settings, *, engine: TorchEngine, device: str, name: str) -> WarmWorker:
    """A worker on the settings' servers."""
    from worker.jobs import Services
    from worker.offer import Offer
    from worker.process import WarmWorker

    connection, cache = connect(settings.redis_url), connect(settings.cache_url)
    shelf = Shelf(connection)
    services = Services(
        queue=JobQueue(connection),
        store=Store(cache),
        events=Events(connection),
        board=ProgressBoard(connection),
        worker=name,
    )
    return WarmWorker(
        services=services,
        engine=engine,
        shelf=shelf,
        device=device,
        offer=Offer(engine, shelf),
        clips=settings.clips,
        at_home=Home(settings.data, connection).is_here,
        memory=engine.memory,
    )


def drain(shelf: Shelf, host: str, *, every: float = LOOK_EVERY_S) -> int:
    """Have the workers of a host take no more jobs, and wait until all are idle. 1 where it has none."""
    asked, said = [worker.name for worker in shelf.workers() if worker.host == host], []
    if not asked:
        print(f"No worker of {host} is running.", file=sys.stderr)
        return 1
    while busy := [worker for worker in shelf.workers() if worker.host == host and not worker.is_drained]:
        for worker in busy:
            if not worker.draining:  # also one that was started again in the meantime, under another name
                with contextlib.suppress(UnknownWorker):  # it has left
                    shelf.drain(worker.name)
        names = [worker.name for worker in busy]
        if names != said:
            print(f"Still at work: {', '.join(names)}", flush=True)
        asked, said = list(dict.fromkeys([*asked, *names])), names
        time.sleep(every)
    print(f"{', '.join(asked)}: done, and taking no more. Stop the command that runs them.")
    return 0
