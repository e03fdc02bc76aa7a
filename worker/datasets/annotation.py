"""One annotated clip, and what is wrong with a line of an annotation file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from contract.errors import ClipProblem


@dataclass(frozen=True)
class Cut:
    """A part of a video. stem: its file's name without the ending. start, end: seconds; none: to its end."""

    stem: str
    start: float = 0.0
    end: float | None = None


@dataclass(frozen=True)
class Annotation:
    """A clip and its class. cuts: where it may be found, the first that is there counts."""

    cuts: tuple[Cut, ...]
    label: str | None


@dataclass(frozen=True)
class Options:
    """What the description of a set says beside its files. Empty: not said."""

    split: str = ""
    label: str = ""


class Format(Protocol):
    """A module that knows the annotations of one data set."""

    @property
    def NAME(self) -> str:
        """In words."""
        ...

    def recognizes(self, place: Path, first: str) -> bool:
        """Whether a folder, or a file that begins with the line `first`, is of this kind."""
        ...

    def read(self, place: Path, options: Options) -> list[Annotation]:
        """The clips. Raises ClipProblem."""
        ...


def lines(file: Path) -> list[tuple[int, str]]:
    """Numbers, from 1, and texts of the lines that are not empty. Raises ClipProblem."""
    try:
        texts = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as reason:
        why = reason.strerror if isinstance(reason, OSError) else "it is not text"
        raise ClipProblem(f"{file} cannot be read: {why}.") from reason
    return [(number, text.strip()) for number, text in enumerate(texts, start=1) if text.strip()]


def wrong(file: Path, number: int, found: str, allowed: str) -> ClipProblem:
    """The error for a line. found: what stands there. allowed: what may stand there."""
    return ClipProblem(f"{file}, line {number}: {found!r} is not allowed here; {allowed}.")


def chosen(value: str, allowed: Iterable[str], *, entry: str, of: Path) -> str:
    """`value`, or the first of `allowed` where it is empty. Raises ClipProblem."""
    names = list(allowed)
    if value and value not in names:
        raise ClipProblem(f"{of}: {entry} {value!r} is not known; allowed are {', '.join(names)}.")
    return value or names[0]


def seconds(text: str) -> float | None:
    """Seconds of `12`, `12.5` or `00:01:12.50`; None where it is neither."""
    if not re.fullmatch(r"(\d+:){0,2}\d+(\.\d+)?", text):
        return None
    total = 0.0
    for part in text.split(":"):
        total = 60 * total + float(part)
    return total


def span(file: Path, number: int, start: str, end: str) -> tuple[float, float]:
    """Begin and end of a segment in seconds. Raises ClipProblem where the end is not after the beginning."""
    first, last = seconds(start), seconds(end)
    if first is None or last is None or last <= first:
        raise wrong(
            file, number, f"{start} to {end}", "a segment is two times, in seconds or h:m:s, the later one last"
        )
    return first, last
