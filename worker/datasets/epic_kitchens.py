"""EPIC-Kitchens' CSV files: segments of long videos (video_id, start_timestamp, stop_timestamp), a verb and a noun."""

from __future__ import annotations

from pathlib import Path

from worker.datasets.annotation import Annotation, Cut, Options, chosen, span
from worker.datasets.columns import header, rows

NAME = "a CSV file of EPIC-Kitchens"
COLUMNS = ("video_id", "start_timestamp", "stop_timestamp")
LABELS = ("verb", "noun", "action")


def recognizes(place: Path, first: str) -> bool:
    """Whether a file that begins with that line has the columns."""
    return place.is_file() and set(COLUMNS) <= set(header(first))


def read(place: Path, options: Options) -> list[Annotation]:
    """The segments. options.label: whether their class is the verb, the noun or both (`action`). Raises ClipProblem."""
    label = chosen(options.label, LABELS, entry="label", of=place)
    found = []
    for number, row in rows(place, COLUMNS):
        start, end = span(place, number, row["start_timestamp"], row["stop_timestamp"])
        parts = [row.get(name, "") for name in (LABELS[:2] if label == "action" else (label,))]
        words = " ".join(part for part in parts if part)
        found.append(Annotation((Cut(row["video_id"], start, end),), words or None))
    return found
