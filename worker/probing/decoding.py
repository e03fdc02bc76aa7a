"""Decoding a clip that nobody vouches for: in another process, so that the worker lives on whatever it is."""

from __future__ import annotations

import json
import signal
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from contract.clip import LIMITS, Limits
from contract.errors import ClipRefused
from worker import child

SECONDS = 90.0
"""By the clock. What is not decoded by then is given up."""

MEMORY = 3 * 2**30
"""Bytes of address space of the other process."""

Frames = NDArray[np.uint8]
"""(time, height, width, 3), RGB."""


@dataclass(frozen=True)
class Wanted:
    """Frames at a rate, between two times in seconds, less the first `skip`, cut to a size."""

    fps: float
    height: int
    width: int
    start: float
    end: float
    skip: int = 0


@dataclass(frozen=True)
class Decoded:
    """What was found. look: a few small frames of the whole film; takes: what was wanted, in that order."""

    seconds: float
    frames: int
    fps: float
    width: int
    height: int
    codec: str
    look: Frames | None
    takes: tuple[Frames, ...]


def decode(
    path: Path,
    *,
    wanted: Sequence[Wanted] = (),
    look: bool = False,
    limits: Limits = LIMITS,
    seconds: float = SECONDS,
    memory: int = MEMORY,
) -> Decoded:
    """Decode a file; up to what is wanted of it, or all of it. Raises ClipRefused, which names value and limit."""
    order = {
        "path": str(path),
        "takes": [asdict(each) for each in wanted],
        "look": look,
        "limits": limits.model_dump(),
        "memory": memory,
        "seconds": seconds,
    }
    with tempfile.TemporaryDirectory(prefix="kinetoscope-") as folder:
        place = Path(folder)
        ended, said = child.run("worker.probing.film", [json.dumps(order), folder], seconds=seconds)
        if not (place / "answer.json").is_file():
            raise ClipRefused(_obituary(ended, said, seconds))
        found = json.loads((place / "answer.json").read_text())
        if "problem" in found:
            raise ClipRefused(found["problem"])
        return Decoded(
            seconds=found["seconds"],
            frames=found["frames"],
            fps=found["fps"],
            width=found["width"],
            height=found["height"],
            codec=found["codec"],
            look=_load(place / "look.npy") if look else None,
            takes=tuple(_load(place / f"take-{number}.npy") for number in range(len(wanted))),
        )


def _load(path: Path) -> Frames:
    return np.load(path, allow_pickle=False)


def _obituary(ended: int | None, said: str, seconds: float) -> str:
    if ended is None or ended == -signal.SIGXCPU:
        return f"The clip took longer than {seconds:g} s to decode and was given up. Bring a shorter or smaller one."
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    words = f" The decoder last said: {lines[-1][:200]}" if lines else ""
    how = f"signal {-ended}" if ended < 0 else f"exit status {ended}"
    return f"The clip crashed the decoder ({how}).{words}"
