"""The records of a survey read back, one layer at a time: memory does not grow with what clips left behind in all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from worker.analyses.collection import Entry
from worker.analyses.survey import load, record_path

HELD = ("peak", "relevance", "alone", "speed", "control")
"""Kinds of which a layer's values of all clips are held together. Traces and places are read clip by clip."""


@dataclass(frozen=True)
class Surveyed:
    """The clips that have a record in `folder`. `present`: classes that have clips."""

    entries: list[Entry]
    folder: Path
    present: tuple[int, ...]

    @property
    def labels(self) -> list[int | None]:
        """Class number of every clip."""
        return [entry.label for entry in self.entries]

    def values(self, *keys: str) -> Iterator[dict[str, Tensor]]:
        """Values of some keys, one clip after the other."""
        for entry in self.entries:
            record = load(record_path(self.folder, entry.id), wanted=keys.__contains__)
            yield record.values if record else {}

    def layer(self, path: str) -> Columns:
        """What all clips say of a layer."""
        columns = Columns(self, path)
        for row, entry in enumerate(self.entries):
            record = load(record_path(self.folder, entry.id), wanted=columns.wants)
            for key, value in record.values.items() if record else ():
                columns.put(row, key.removesuffix(f"/{path}"), value)
        return columns


@dataclass
class Columns:
    """The values of one layer over the clips, by kind: (clips that have it, units)."""

    found: Surveyed
    path: str
    _values: dict[str, Tensor] = field(default_factory=dict)
    _rows: dict[str, list[int]] = field(default_factory=dict)

    def wants(self, key: str) -> bool:
        """Whether a key of a record belongs here."""
        kind, _, layer = key.partition("/")
        return layer == self.path and kind.partition(":")[0] in HELD

    def put(self, row: int, kind: str, value: Tensor) -> None:
        """One clip's values of a kind; clips come in order."""
        if kind not in self._values:  # room for all clips: memory that is never written to is never taken
            self._values[kind], self._rows[kind] = torch.empty(len(self.found.entries), *value.shape), []
        self._values[kind][len(self._rows[kind])] = value
        self._rows[kind].append(row)

    def rows(self, kind: str) -> list[int]:
        """The clips that have a kind."""
        return self._rows.get(kind, [])

    def stack(self, kind: str, rows: Sequence[int] | None = None) -> Tensor | None:
        """Values of the clips that have them, or of some of these, (clips, units); None where none has."""
        known = self.rows(kind)
        if not known:
            return None
        values = self._values[kind][: len(known)]
        if rows is None or list(rows) == known:
            return values
        place = {row: index for index, row in enumerate(known)}
        return values[[place[row] for row in rows]]
