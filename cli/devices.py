"""The devices that workers run on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

GPUS = Path("/proc/driver/nvidia/gpus")


def gpus(environ: Mapping[str, str], folder: Path = GPUS) -> int:
    """How many GPUs a process may use. Asks the driver's folder: loading torch to ask it takes seconds."""
    there = len(list(folder.glob("*")))
    visible = environ.get("CUDA_VISIBLE_DEVICES")
    return (
        there if visible is None else min(there, len([each for each in visible.split(",") if each not in ("", "-1")]))
    )


def every(environ: Mapping[str, str], folder: Path = GPUS) -> list[str]:
    """Names of all GPUs; `auto`, which lets a worker choose, where none is seen."""
    return [f"cuda:{index}" for index in range(gpus(environ, folder))] or ["auto"]
