"""Splits of UCF101: trainlist01.txt (a path and the number of its class) and testlist01.txt (a path only)."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from worker.datasets.annotation import Annotation, Cut, Options, lines, wrong

NAME = "UCF101's trainlist or testlist"
LINE = re.compile(r"(?P<label>[^/\s]+)/(?P<file>[^/\s]+\.\w+)(?:\s+\d+)?")


def recognizes(place: Path, first: str) -> bool:
    """Whether a file that begins with that line is such a list."""
    return place.is_file() and bool(LINE.fullmatch(first))


def read(place: Path, options: Options) -> list[Annotation]:
    """The clips of the list; the folder of a clip is its class. Raises ClipProblem."""
    found = []
    for number, text in lines(place):
        match = LINE.fullmatch(text)
        if not match:
            raise wrong(place, number, text, "a line is CLASS/FILE, in a trainlist with the number of the class behind")
        found.append(Annotation((Cut(PurePosixPath(match["file"]).stem),), match["label"]))
    return found
