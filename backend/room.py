"""Room on the disk of the data folder: below a reserve no new work is taken on, so that what runs can be kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from contract.errors import KinetoscopeError

MEGABYTE = 1_000_000


class DiskFull(KinetoscopeError):
    """Less is free than is kept for results on their way."""

    status = 507
    title = "Disk nearly full"


def free_bytes(folder: Path) -> int:
    """Bytes that may still be written at a folder, or where it would be made."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    space = os.statvfs(there)
    return space.f_bavail * space.f_frsize


class Room:
    """What is left below `folder`."""

    def __init__(self, folder: Path, reserve: int, *, free: Callable[[Path], int] = free_bytes) -> None:
        """reserve: megabytes that stay free; 0: none. free: bytes left at a folder."""
        self.folder, self.reserve, self._free = folder, reserve, free

    def trouble(self) -> str:
        """Why nothing new is taken on, in words; empty while there is room."""
        left = self._free(self.folder)
        if left >= self.reserve * MEGABYTE:
            return ""
        return (
            f"The disk of the data folder has {left / MEGABYTE:.0f} MB left, and {self.reserve} MB are kept for "
            "what is under way (KINETOSCOPE_RESERVE). Delete something there; new work is taken on when there is room."
        )

    def check(self) -> None:
        """Raise DiskFull if nothing new is taken on."""
        if trouble := self.trouble():
            raise DiskFull(trouble)
