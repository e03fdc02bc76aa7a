"""CSV files with a header: their rows, with the numbers of their lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from contract.errors import ClipProblem
from worker.datasets.annotation import lines, wrong


def header(line: str) -> list[str]:
    """Names of the columns."""
    return [name.strip() for name in next(csv.reader([line]), [])]


def rows(place: Path, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The number of every row's line, and its values by column. Raises ClipProblem."""
    (_, first), *others = lines(place) or [(1, "")]
    names = header(first)
    missing = [name for name in needed if name not in names]
    if missing:
        raise ClipProblem(f"{place}, line 1: there is no column {missing[0]!r}; needed are {', '.join(needed)}.")
    for number, text in others:
        values = next(csv.reader([text]))
        if len(values) != len(names):
            raise wrong(place, number, text[:80], f"a row has {len(names)} columns: {', '.join(names)}")
        yield number, {name: value.strip() for name, value in zip(names, values, strict=True)}
