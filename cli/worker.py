"""Compute visualizations that the queue asks for, on one device.

    REDIS_URL=redis://... ./kinetoscope worker --device cuda:0

`./kinetoscope run` starts one per device.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import uuid
from pathlib import Path

import torch

from cli.orphan import watch_parent
from contract import logs
from contract import settings as table
from contract.connection import connect
from contract.events import Events
from contract.progress import ProgressBoard
from contract.queue import JobQueue
from contract.shelf import Shelf
from contract.store import Store
from worker.engine import TorchEngine, best_device
from worker.jobs import Services
from worker.offer import Offer
from worker.process import WarmWorker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--device", default="auto", help="cpu, cuda:0, ... (default: the first GPU, else the CPU)")
    parser.add_argument("--data", type=Path, help="folder with models of your own (default: the user's data folder)")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)


def main(args: argparse.Namespace) -> int:
    """Work until told to stop."""
    settings = table.read(os.environ)
    logs.begin(settings.log, process="worker")
    if not settings.redis_url:
        print("Set REDIS_URL to the server of the queue.", file=sys.stderr)
        return 2
    if args.child:
        watch_parent()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the work loop takes over
    device = best_device() if args.device == "auto" else args.device
    torch.set_num_threads(os.cpu_count() or 1)
    engine = TorchEngine(data=args.data or settings.data, device=device, clips=settings.clips)
    worker = build(settings, engine=engine, device=device)
    worker.work(logging_level="WARNING")
    return 0


def build(settings: table.Settings, *, engine: TorchEngine, device: str) -> WarmWorker:
    """A worker on the settings' servers."""
    connection, cache = connect(settings.redis_url), connect(settings.cache_url)
    shelf = Shelf(connection)
    services = Services(
        queue=JobQueue(connection),
        store=Store(cache),
        events=Events(connection),
        board=ProgressBoard(connection),
        worker=f"{socket.gethostname()}-{device.replace(':', '')}-{uuid.uuid4().hex[:6]}",
    )
    return WarmWorker(
        services=services, engine=engine, shelf=shelf, device=device, chores=Offer(engine, shelf), memory=engine.memory
    )
