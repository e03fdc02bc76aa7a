"""Units of a layer sorted and filtered by what their default visualizations reached, or by what clips say of them.

Remembers results it has read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from contract.archive import Archive
from contract.catalogue import LayerCard, ModelCard
from contract.findings import UnitFindings
from contract.result import Result
from contract.spec import Parameters, VisualizationRequest, bind
from contract.store import Store
from contract.variants import apply, variants

Sort = Literal["unit", "slow", "fast", "ratio", "speed", "selectivity", "joint", "interaction", "invariance"]
Which = Literal["all", "ready", "missing", "dead"]

SORTS, WHICH = get_args(Sort), get_args(Which)
FOUND: dict[str, Callable[[UnitFindings], float | None]] = {
    "selectivity": lambda unit: unit.selectivity,
    "joint": lambda unit: min(unit.balance.shares.values()) if unit.balance else None,
    "interaction": lambda unit: unit.balance.interaction if unit.balance else None,
    "invariance": lambda unit: unit.tuning.invariance if unit.tuning else None,
}
"""Indexes of an analysis (docs/findings.md) that units are sorted by, each falling."""

REMEMBERED = 200_000
"""Results whose figures are kept in memory."""


@dataclass(frozen=True)
class Reached:
    """The figures of a result that units are sorted by."""

    normalized: float
    peak: float


class Order:
    """Numbers of a layer's units, in the order and choice asked for."""

    def __init__(self, store: Store, data: Path) -> None:
        self._store, self._data = store, data
        self._known: dict[str, Reached] = {}

    def of(self, card: ModelCard, layer: LayerCard, *, sort: Sort, which: Which, seed: int) -> Sequence[int]:
        """Sorted falling, those not computed last; dead units are never ready or missing.

        Raises NoFindings for an order by an analysis that was not made.
        """
        if sort in FOUND:
            figures = [FOUND[sort](unit) for unit in Archive(self._data, card.fingerprint).units(layer.path)]
            known = self.of(card, layer, sort="unit", which=which, seed=seed)
            return sorted(known, key=lambda n: _falling(figures[n]))
        if sort == "unit" and which == "all":
            return range(layer.units)
        dead = set(card.dead.get(layer.path, ()))
        if sort == "unit" and which == "dead":
            return sorted(dead)
        names = _needed(card, layer)
        ids = _ids(card, layer.path, layer.units, names, seed)
        known = self._look([identity for unit in ids for identity in unit])
        reached = {n: [known.get(identity) for identity in unit] for n, unit in enumerate(ids)}
        chosen = [n for n in range(layer.units) if _belongs(reached[n], n in dead, which)]
        return chosen if sort == "unit" else sorted(chosen, key=lambda n: _key(sort, names, reached[n]))

    def _look(self, ids: Sequence[str]) -> dict[str, Reached]:
        """Figures of those that are computed. A result never changes: what is known is not read again."""
        known = {identity: self._known[identity] for identity in ids if identity in self._known}
        results = self._store.results([identity for identity in ids if identity not in known])
        found = {identity: _reached(result) for identity, result in results.items()}
        if len(self._known) + len(found) > REMEMBERED:
            self._known.clear()
        self._known |= found
        return known | found


def _needed(card: ModelCard, layer: LayerCard) -> tuple[str, ...]:
    """Variants that a unit of the layer is shown in: one, where nothing moves."""
    moves = any(stream.kind != "appearance" and stream.name in layer.streams for stream in card.streams)
    return variants(card) if moves else ("slow",)


@lru_cache(maxsize=32)
def _hashes(model: str, layer: str, fingerprint: str, units: int, names: tuple[str, ...], seed: int) -> list[list[str]]:
    chosen = [apply(name, Parameters(seed=seed)) for name in names]
    return [
        [
            bind(VisualizationRequest(model=model, layer=layer, unit=unit, parameters=parameters), fingerprint).id
            for parameters in chosen
        ]
        for unit in range(units)
    ]


def _ids(card: ModelCard, layer: str, units: int, names: tuple[str, ...], seed: int) -> list[list[str]]:
    return _hashes(card.name, layer, card.fingerprint, units, names, seed)


def _reached(result: Result) -> Reached:
    peaks = [stream.peak for stream in result.streams if stream.peak]
    return Reached(result.normalized or 0.0, max(peaks, default=0.0))


def _belongs(reached: list[Reached | None], dead: bool, which: Which) -> bool:
    if which == "all":
        return True
    if which == "dead" or dead:
        return dead and which == "dead"
    return all(reached) if which == "ready" else not all(reached)


def _falling(figure: float | None) -> float:
    return float("inf") if figure is None else -figure


def _key(sort: Sort, names: tuple[str, ...], reached: list[Reached | None]) -> float:
    """Small comes first; what is not computed last."""
    by = dict(zip(names, reached, strict=True))
    slow, fast = by.get("slow"), by.get("fast")
    if sort == "slow":
        return -slow.normalized if slow else float("inf")
    if sort == "fast":
        return -fast.normalized if fast else float("inf")
    if sort == "speed":
        return -fast.peak if fast else float("inf")
    return -slow.normalized / max(fast.normalized, 1e-9) if slow and fast else float("inf")
