"""Splits of HMDB51: a folder with CLASS_test_splitN.txt of every class; in a line a file, 1 (train), 2 (test), 0."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from contract.errors import ClipProblem
from worker.datasets.annotation import Annotation, Cut, Options, lines, wrong

NAME = "a folder of HMDB51's splits"
FILE = re.compile(r"(?P<label>\w+)_test_split(?P<split>[123])\.txt")
USE = {"train": "1", "test": "2"}
SPLITS = tuple(f"{use} {number}" for number in (1, 2, 3) for use in USE)


def recognizes(place: Path, first: str) -> bool:
    """Whether the folder holds such files."""
    return place.is_dir() and any(FILE.fullmatch(path.name) for path in place.iterdir())


def read(place: Path, options: Options) -> list[Annotation]:
    """The clips of one split, `train 1` to `test 3`. Raises ClipProblem."""
    if options.split not in SPLITS:
        said = f"split {options.split!r} is not known" if options.split else "no split is chosen"
        raise ClipProblem(f"{place}: {said}; a data set file says which, split = one of {', '.join(SPLITS)}.")
    use, number = options.split.split()
    found = []
    for path in sorted(place.iterdir()):
        match = FILE.fullmatch(path.name)
        if match and match["split"] == number:
            found += [Annotation((Cut(stem),), match["label"]) for stem in _of_use(path, USE[use])]
    return found


def _of_use(path: Path, wanted: str) -> list[str]:
    stems = []
    for number, text in lines(path):
        name, _, use = text.rpartition(" ")
        if not name or use not in {"0", "1", "2"}:
            raise wrong(path, number, text, "a line is a file's name and 0, 1 (train) or 2 (test)")
        if use == wanted:
            stems.append(PurePosixPath(name.strip()).stem)
    return stems
