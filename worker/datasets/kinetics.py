"""Kinetics' CSV files: label,youtube_id,time_start,time_end,split; of the test set, no label."""

from __future__ import annotations

from pathlib import Path

from worker.datasets.annotation import Annotation, Cut, Options, span
from worker.datasets.columns import header, rows

NAME = "a CSV file of Kinetics"
COLUMNS = ("youtube_id", "time_start", "time_end")


def recognizes(place: Path, first: str) -> bool:
    """Whether a file that begins with that line has the columns."""
    return place.is_file() and set(COLUMNS) <= set(header(first))


def read(place: Path, options: Options) -> list[Annotation]:
    """The clips, as ID_000010_000020.mp4, or cut out of ID.mp4. options.split: only lines of it. Raises ClipProblem."""
    found = []
    for number, row in rows(place, COLUMNS):
        start, end = span(place, number, row["time_start"], row["time_end"])
        name = row["youtube_id"]
        if not options.split or row.get("split") == options.split:
            trimmed = Cut(f"{name}_{round(start):06d}_{round(end):06d}")
            found.append(Annotation((trimmed, Cut(name, start, end)), row.get("label") or None))
    return found
