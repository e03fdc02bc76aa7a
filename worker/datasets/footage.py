"""The videos below a folder, by the names of their files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from contract.errors import ClipProblem

SUFFIXES = frozenset({".avi", ".mp4", ".mkv", ".webm", ".mov", ".gif", ".m4v", ".mpg", ".mpeg"})


@dataclass(frozen=True)
class Clip:
    """A part of a video file and the class it is said to show, if any. start, end: seconds; none: to its end."""

    path: Path
    label: str | None
    start: float = 0.0
    end: float | None = None

    @property
    def name(self) -> str:
        """The file, and the part that is meant of it."""
        if not self.start and self.end is None:
            return str(self.path)
        return f"{self.path} {self.start:g}-{'end' if self.end is None else f'{self.end:g} s'}"


def videos(folder: Path) -> list[Path]:
    """All video files below `folder`, sorted. Raises ClipProblem where there is none."""
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES) if folder.is_dir() else []
    if not paths:
        raise ClipProblem(f"{folder} is not a folder with video files ({', '.join(sorted(SUFFIXES))}).")
    return paths


def plain(folder: Path) -> list[Clip]:
    """All videos below `folder`; labels from UCF101 file names, else from sub-folders. Raises ClipProblem."""
    return [Clip(path, _label(path, folder)) for path in videos(folder)]


def normal_label(name: str) -> str:
    """A class name without case, spaces and joins, so that `PlayingCello` and `playing cello` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


class Footage:
    """Finds videos by name. Two of one name in folders of different classes are told apart by these."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._by_stem: dict[str, list[Path]] = {}
        for path in videos(folder):
            self._by_stem.setdefault(path.stem, []).append(path)

    def find(self, stem: str, label: str | None) -> Path | None:
        """The file of that name, rather one in a folder of its class."""
        paths = self._by_stem.get(stem, [])
        own = [path for path in paths if label and normal_label(path.parent.name) == normal_label(label)]
        return next(iter(own or paths), None)


def _label(path: Path, root: Path) -> str | None:
    ucf = re.fullmatch(r"v_(\w+?)_g\d+_c\d+", path.stem)
    if ucf:
        return ucf[1]
    return path.parent.name if path.parent != root else None
