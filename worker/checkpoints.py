"""How far long optimizations are, in files: one whose worker died goes on there, on the same device bit for bit.

One file per spec, named by its id: it goes on whoever it is computed with. Tensors only, read by safetensors.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from worker.slot import State

FOLDER = "checkpoints"
"""Inside the data folder."""

KEPT_FOR = 7 * 86400
"""Seconds after which nobody comes back for a file."""

PARTING = 0.1
"""The part of an interval that is worth a file when a run is stopped in order."""

log = logging.getLogger(__name__)


class Checkpoints:
    """The files of one run: none is written before it has lasted `every` seconds; 0: never."""

    def __init__(self, folder: Path, *, every: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder, self.every, self._clock = folder, every, clock
        self._saved = clock()

    def due(self, *, parting: bool = False) -> bool:
        """Whether it is time to save. parting: the run is being stopped."""
        return self.every > 0 and self._clock() - self._saved >= self.every * (PARTING if parting else 1.0)

    def save(self, states: Mapping[str, State]) -> None:
        """Keep states by the ids of their specs. A disk that does not take them is no reason to stop."""
        for identity, state in states.items():
            draft = self.folder / f".{identity}-{os.getpid()}"
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                save_file(state, draft)
                draft.replace(self._file(identity))
            except (OSError, SafetensorError) as error:
                log.warning("How far %s is cannot be kept: %s", identity, error)
                with suppress(OSError):
                    draft.unlink()
        self._saved = self._clock()

    def load(self, identity: str) -> State:
        """The state of a spec; empty if there is none that can be read."""
        path = self._file(identity)
        try:
            return load_file(path) if path.is_file() else {}
        except (OSError, SafetensorError) as error:
            log.warning("%s cannot be read; the optimization begins anew: %s", path, error)
            return {}

    def drop(self, identity: str) -> None:
        """Remove the state of a spec."""
        self._file(identity).unlink(missing_ok=True)

    def expire(self) -> None:
        """Remove what nobody came back for."""
        for path in self.folder.glob("*") if self.folder.is_dir() else ():
            try:
                if time.time() - path.stat().st_mtime > KEPT_FOR:
                    path.unlink(missing_ok=True)
            except FileNotFoundError:  # another worker was quicker
                continue

    def _file(self, identity: str) -> Path:
        return self.folder / f"{identity}.safetensors"
