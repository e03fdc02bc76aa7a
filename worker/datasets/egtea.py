"""Splits of EGTEA Gaze+: train_split1.txt and the like; a line is a clip and the numbers of its action, verb and noun.

The names of the numbers stand beside, in action_idx.txt, verb_idx.txt and noun_idx.txt (a name and its number).
"""

from __future__ import annotations

import re
from pathlib import Path

from worker.datasets.annotation import Annotation, Cut, Options, chosen, lines, wrong

NAME = "a split of EGTEA Gaze+"
LINE = re.compile(r"(?P<clip>\S+-F\d+-F\d+)\s+(?P<action>\d+)\s+(?P<verb>\d+)\s+(?P<noun>\d+)")
SEGMENT = re.compile(r"(?P<video>.+)-(?P<start>\d+)-(?P<end>\d+)-F\d+-F\d+")
LABELS = ("action", "verb", "noun")


def recognizes(place: Path, first: str) -> bool:
    """Whether a file that begins with that line is such a split."""
    return place.is_file() and bool(LINE.fullmatch(first))


def read(place: Path, options: Options) -> list[Annotation]:
    """The clips, from their own files or cut out of the whole videos. Raises ClipProblem."""
    label = chosen(options.label, LABELS, entry="label", of=place)
    names = _names(place.parent / f"{label}_idx.txt")
    found = []
    for number, text in lines(place):
        match = LINE.fullmatch(text)
        if not match:
            raise wrong(place, number, text, "a line is a clip's name and the numbers of its action, verb and noun")
        if match[label] not in names:
            raise wrong(place, number, match[label], f"numbers of {label}s are {', '.join(list(names)[:3])}, ...")
        found.append(Annotation(_cuts(match["clip"]), names[match[label]]))
    return found


def _cuts(clip: str) -> tuple[Cut, ...]:
    """The clip's own file, else its milliseconds of the video that its name begins with."""
    segment = SEGMENT.fullmatch(clip)
    if not segment:
        return (Cut(clip),)
    return Cut(clip), Cut(segment["video"], int(segment["start"]) / 1000, int(segment["end"]) / 1000)


def _names(file: Path) -> dict[str, str]:
    found = {}
    for number, text in lines(file):
        name, _, index = text.rpartition(" ")
        if not name or not index.isdigit():
            raise wrong(file, number, text, "a line is a name and its number")
        found[index] = name.strip()
    return found
