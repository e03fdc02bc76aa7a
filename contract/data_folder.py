"""The format of the data folder: an older one is brought up to date, a newer one is refused."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from contract.errors import KinetoscopeError

FILE = "format.json"


class WrongFormat(KinetoscopeError):
    """The folder was written by another version, which this one cannot follow."""

    title = "Data folder of another version"


def _first(data: Path) -> None:
    """Format 1 is the first that is written down; what older versions left reads as it is."""


STEPS: tuple[Callable[[Path], None], ...] = (_first,)
"""What brings a folder from each format to the next. Each may be interrupted and done again."""

FORMAT = len(STEPS)


def prepare(data: Path, *, steps: tuple[Callable[[Path], None], ...] = STEPS) -> None:
    """Make sure that the folder is there and in this version's format. Raises WrongFormat, OSError."""
    data.mkdir(parents=True, exist_ok=True)
    found, wanted = _read(data), len(steps)
    if found > wanted:
        raise WrongFormat(
            f"{data} is in format {found}; this version knows formats up to {wanted}. Use a newer version, or give "
            "another folder with --data."
        )
    for number in range(found, wanted):
        steps[number](data)
        _write(data, number + 1)


def _read(data: Path) -> int:
    """The folder's format; 0: from before formats were written down, or new. Raises WrongFormat."""
    path = data / FILE
    if not path.exists():
        return 0
    try:
        number = json.loads(path.read_text())["format"]
    except (ValueError, KeyError, TypeError):
        number = None
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise WrongFormat(f'{path} does not say which format the folder is in: {{"format": {FORMAT}}} would.')
    return number


def _write(data: Path, number: int) -> None:
    draft = data / f".{FILE}.part"
    with draft.open("w") as file:
        json.dump({"format": number}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(data / FILE)
