"""What goes wrong on purpose: processes killed and stopped, a disk full, a clock that jumps."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from benchmarks.product import Product

AWAY = 30.0
"""Seconds for which the queue's server is away."""

FULL_FOR = 10.0


@dataclass(frozen=True)
class Fault:
    """One kind of trouble. cause: brings it about and returns when it is over, or has begun where nothing ends it.

    why_not: why it cannot be had on this machine; empty: it can. at_once: all ought to be well before it is over.
    """

    name: str
    cause: Callable[[Product, random.Random], None]
    why_not: str = ""
    at_once: bool = False


def kill(part: str) -> Callable[[Product, random.Random], None]:
    """kill -9 of one process of a part."""

    def cause(product: Product, chance: random.Random) -> None:
        _signal(chance.choice(product.pids(part) or [0]), signal.SIGKILL)

    return cause


def stop(part: str, least: float, most: float) -> Callable[[Product, random.Random], None]:
    """SIGSTOP of one process of a part, and SIGCONT after some seconds."""

    def cause(product: Product, chance: random.Random) -> None:
        pid = chance.choice(product.pids(part) or [0])
        _signal(pid, signal.SIGSTOP)
        time.sleep(chance.uniform(least, most))
        _signal(pid, signal.SIGCONT)

    return cause


def queue_away(product: Product, chance: random.Random) -> None:
    """The queue's server is killed, and its supervisor kept from starting it again for a while."""
    assert product.process is not None
    product.process.send_signal(signal.SIGSTOP)
    kill("queue")(product, chance)
    time.sleep(AWAY)
    product.process.send_signal(signal.SIGCONT)


def everything(product: Product, _chance: random.Random) -> None:
    """kill -9 of `run` itself; it is started again."""
    assert product.process is not None
    product.process.kill()
    product.process.wait()
    product.start()


def clock_jump(product: Product, chance: random.Random) -> None:
    """A worker's clock jumps by an hour."""
    _signal(chance.choice(product.pids("worker") or [0]), signal.SIGUSR1)


def disk_full(product: Product, _chance: random.Random) -> None:
    """The data folder's file system is filled to its last byte, and freed again."""
    filler = product.data / "filler"
    try:
        with filler.open("wb", buffering=0) as file:
            for block in (1 << 20, 4096, 1):
                _fill(file, block)
        time.sleep(FULL_FOR)
    finally:
        filler.unlink(missing_ok=True)


def _fill(file: IO[bytes], block: int) -> None:
    try:
        while file.write(bytes(block)) == block:
            pass
    except OSError:
        return


def all_faults(*, small_disk: bool) -> list[Fault]:
    """Every kind. small_disk: the data folder has a small file system of its own."""
    return [
        Fault("kill worker", kill("worker")),
        Fault("kill server", kill("server")),
        Fault("kill queue", kill("queue")),
        Fault("kill pictures", kill("pictures")),
        Fault("kill run", everything, at_once=True),
        Fault("stop worker", stop("worker", 5, 30), at_once=True),
        Fault("stop server", stop("server", 2, 10)),
        Fault("stop queue", stop("queue", 2, 10)),
        Fault("queue away 30 s", queue_away),
        Fault("clock jump", clock_jump),
        Fault("disk full", disk_full, "" if small_disk else "needs the right to mount a small file system"),
    ]


def mount(folder: Path, *, megabytes: int = 256) -> bool:
    """Mount a small file system in memory on a folder; False where that is not allowed."""
    if sys.platform != "linux":
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "kinetoscope-chaos", str(folder)]
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def unmount(folder: Path) -> None:
    """Undo mount()."""
    subprocess.run(["umount", "--lazy", str(folder)], check=False, capture_output=True)


def _signal(pid: int, number: int) -> None:
    if pid:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
