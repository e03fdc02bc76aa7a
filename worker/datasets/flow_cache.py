"""Optical flow, computed once: files named by the content of the frames and the method that it was estimated with."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from worker import flow
from worker.clips import Frames, fit
from worker.datasets.footage import Clip

STEPS_PER_PX = 64
"""Fields are kept in 16 bits, in steps of 1/64 px; what is computed is rounded alike, so that a hit changes nothing."""


def folder(data: Path) -> Path:
    """Where a product that keeps its files in `data` keeps optical flow."""
    return data / "flow"


class FlowCache:
    """Estimates the motion between the frames that a network sees, or finds it in `folder`. Raises ClipProblem."""

    def __init__(self, folder: Path, method: str = "dis") -> None:
        self.folder, self.method = folder, method
        self._estimate = flow.method(method, weights=folder.parent / "weights")

    def fields(
        self, _clip: Clip, frames: Frames, places: NDArray[np.intp], height: int, width: int
    ) -> NDArray[np.float32]:
        """Motion between the frames at `places`, cut to (height, width): (n - 1, 2, height, width) in pixels."""
        shown = np.stack([fit(frames[i], height, width) for i in places])
        kept = self._path(shown)
        steps = _read(kept)
        if steps is None or steps.shape != (len(shown) - 1, 2, height, width):
            wide = np.round(self._estimate(shown) * STEPS_PER_PX)
            steps = np.clip(wide, -32768, 32767).astype(np.int16)
            _write(kept, steps)
        return steps.astype(np.float32) / np.float32(STEPS_PER_PX)

    def _path(self, shown: Frames) -> Path:
        content = hashlib.sha256(f"{self.method} {flow.VERSION} {shown.shape}".encode())
        content.update(np.ascontiguousarray(shown).data)
        name = content.hexdigest()
        return self.folder / name[:2] / f"{name}.npz"


def _read(path: Path) -> NDArray[np.int16] | None:
    """The fields of a file; None where there is no whole one."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return file["fields"]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
        return None


def _write(path: Path, steps: NDArray[np.int16]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    number, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(number, "wb") as file:
        np.savez_compressed(file, fields=steps)
    os.replace(part, path)
