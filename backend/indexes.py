"""Indexes of an analysis (docs/findings.md): one figure per unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from backend.answers import Index
from contract.archive import Archive
from contract.catalogue import LayerCard, ModelCard
from contract.errors import NoFindings, UnknownIndex
from contract.findings import UnitFindings

Figure = Callable[[UnitFindings], float | None]
Column = tuple[float | None, ...]
"""A figure for every unit, in order."""

PLAIN: dict[str, Figure] = {
    "selectivity": lambda unit: unit.selectivity,
    "joint": lambda unit: min(unit.balance.shares.values()) if unit.balance else None,
    "interaction": lambda unit: unit.balance.interaction if unit.balance else None,
    "invariance": lambda unit: unit.tuning.invariance if unit.tuning else None,
    "rest": lambda unit: unit.tuning.rest if unit.tuning else None,
    "maximum": lambda unit: unit.maximum,
}
OPTIMA = "chi"
"""Invariance to chi of the units whose optima were looked at."""
SHARE, CLASSWISE = "share", ("profile", "contribution")
"""Of an input, and of a class: `share.motion`, `profile.7`."""
KINDS = frozenset({*PLAIN, OPTIMA, SHARE, *CLASSWISE})


class Indexes:
    """Of every model that was analysed."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def column(self, card: ModelCard, layer: LayerCard, name: str) -> Column:
        """Raises NoFindings; UnknownIndex where the analysis has no such index of this layer."""
        archive = Archive(self._data, card.fingerprint)
        known = _names(archive, layer)
        if name not in known:
            raise UnknownIndex(name, known)
        return _column(archive.folder, layer.path, layer.units, name, archive.stamp(layer.path))

    def all(self, card: ModelCard, layer: LayerCard) -> list[Index]:
        """Those that some unit of the layer has, with their ranges; none where the model was not analysed."""
        archive = Archive(self._data, card.fingerprint)
        try:
            columns = {name: self.column(card, layer, name) for name in _names(archive, layer, classes=False)}
        except NoFindings:
            return []
        found = {name: [figure for figure in column if figure is not None] for name, column in columns.items()}
        return [Index(name=n, units=len(f), least=min(f), most=max(f)) for n, f in found.items() if f]


def _names(archive: Archive, layer: LayerCard, *, classes: bool = True) -> list[str]:
    """Names that there may be. Raises NoFindings."""
    overview = archive.overview()
    if overview is None:
        raise NoFindings()
    shares = [f"{SHARE}.{stream}" for stream in layer.streams] if len(layer.streams) > 1 else []
    numbers = overview.present if classes else ()
    return [*PLAIN, *shares, OPTIMA, *(f"{kind}.{number}" for kind in CLASSWISE for number in numbers)]


@lru_cache(maxsize=64)
def _column(folder: Path, layer: str, units: int, name: str, _stamp: tuple[float, ...]) -> Column:
    archive = Archive(folder.parent.parent, folder.name)
    if name == OPTIMA:
        looked = archive.optima().get(layer)
        tunings = looked.units if looked else {}
        return tuple(tunings[unit].invariance if unit in tunings else None for unit in range(units))
    figure = _figure(name, archive)
    return tuple(figure(unit) for unit in archive.units(layer))


def _figure(name: str, archive: Archive) -> Figure:
    kind, _, which = name.partition(".")
    if kind == SHARE:
        return lambda unit: unit.balance.shares.get(which) if unit.balance else None
    if kind in CLASSWISE:
        overview = archive.overview()
        column = overview.present.index(int(which)) if overview else 0
        return lambda unit: _at(unit.profile if kind == "profile" else unit.contribution, column)
    return PLAIN[name]


def _at(values: Sequence[float], place: int) -> float | None:
    return values[place] if place < len(values) else None
