"""Units of a layer sorted and filtered by what their default visualizations reached, or by what clips say of them.

Remembers results it has read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from backend.indexes import KINDS, Column, Indexes
from contract.catalogue import LayerCard, ModelCard
from contract.errors import NoFindings, UnknownIndex
from contract.result import Result
from contract.spec import Parameters, VisualizationRequest, bind
from contract.store import Store
from contract.variants import apply, needed

Which = Literal["all", "pictured", "complete", "missing", "none", "dead"]
"""pictured: computed in any variant; complete: in all that the layer has; missing: not in all; none: in none."""

PLAIN = ("unit", "pictured")
"""Orders without a figure: by number, and by number with those before that have pictures."""

REACHED = ("slow", "fast", "ratio", "speed")
"""What units are sorted by beside their number and the indexes of an analysis."""

REMEMBERED = 200_000
"""Results whose figures are kept in memory."""


@dataclass(frozen=True)
class Reached:
    """The figures of a result that units are sorted by."""

    normalized: float
    peak: float


CHOSEN: dict[str, Callable[[Sequence[Reached | None]], bool]] = {
    "pictured": any,
    "complete": all,
    "missing": lambda reached: not all(reached),
    "none": lambda reached: not any(reached),
}
"""Which units are meant, by what was reached in each variant."""


@dataclass(frozen=True)
class Choice:
    """Which units, in which order. sort: one of PLAIN, or as index.

    index: one of REACHED, or of an analysis; lies within `least` and `most`.
    """

    sort: str = "unit"
    rising: bool = False
    which: Which = "all"
    seed: int = 0
    index: str | None = None
    least: float | None = None
    most: float | None = None

    @property
    def shown(self) -> str | None:
        """The index of an analysis whose figure is told with every unit."""
        return next((name for name in (self.sort, self.index) if name not in (None, *PLAIN, *REACHED)), None)


class Order:
    """Numbers of a layer's units, in the order and choice asked for."""

    def __init__(self, store: Store, indexes: Indexes) -> None:
        self._store, self._indexes = store, indexes
        self._known: dict[str, Reached] = {}

    def of(self, card: ModelCard, layer: LayerCard, choice: Choice) -> Sequence[int]:
        """Sorted falling unless told otherwise, those without the figure last; dead units are in `all` and `dead` only.

        Raises NoFindings for an index of an analysis that was not made, UnknownIndex for one that it does not have.
        """
        chosen = self._chosen(card, layer, choice)
        if choice.index is not None:
            column = self.column(card, layer, choice.index, choice.seed)
            chosen = [n for n in chosen if _within(column[n], choice.least, choice.most)]
        if choice.sort == "unit":
            return chosen[::-1] if choice.rising else chosen
        if choice.sort == "pictured":
            reached = self._reached(card, layer, choice.seed)
            return sorted(chosen, key=lambda n: any(reached[n]) == choice.rising)
        column = self.column(card, layer, choice.sort, choice.seed)
        return sorted(chosen, key=lambda n: _key(column[n], rising=choice.rising))

    def figures(self, card: ModelCard, layer: LayerCard, choice: Choice) -> Column | None:
        """Of the index that the choice is about, for every unit."""
        return None if choice.shown is None else self.column(card, layer, choice.shown, choice.seed)

    def _chosen(self, card: ModelCard, layer: LayerCard, choice: Choice) -> Sequence[int]:
        if choice.which == "all":
            return range(layer.units)
        dead = set(card.dead.get(layer.path, ()))
        if choice.which == "dead":
            return sorted(dead)
        reached = self._reached(card, layer, choice.seed)
        fits = CHOSEN[choice.which]
        return [n for n in range(layer.units) if n not in dead and fits(reached[n])]

    def column(self, card: ModelCard, layer: LayerCard, name: str, seed: int) -> Column:
        """A figure for every unit. Raises NoFindings, UnknownIndex."""
        if name in REACHED:
            names = needed(card, layer)
            return tuple(_figure(name, names, unit) for unit in self._reached(card, layer, seed))
        try:
            return self._indexes.column(card, layer, name)
        except UnknownIndex as reason:
            raise UnknownIndex(name, [*PLAIN, *REACHED, *reason.allowed]) from reason
        except NoFindings as reason:
            if name.partition(".")[0] in KINDS:
                raise
            raise UnknownIndex(name, [*PLAIN, *REACHED]) from reason

    def _reached(self, card: ModelCard, layer: LayerCard, seed: int) -> list[list[Reached | None]]:
        """Of every unit, for every variant that it is shown in."""
        ids = _hashes(card.name, layer.path, card.fingerprint, layer.units, needed(card, layer), seed)
        known = self._look([identity for unit in ids for identity in unit])
        return [[known.get(identity) for identity in unit] for unit in ids]

    def _look(self, ids: Sequence[str]) -> dict[str, Reached]:
        """Figures of those that are computed. A result never changes: what is known is not read again."""
        known = {identity: self._known[identity] for identity in ids if identity in self._known}
        results = self._store.results([identity for identity in ids if identity not in known])
        found = {identity: _reached(result) for identity, result in results.items()}
        if len(self._known) + len(found) > REMEMBERED:
            self._known.clear()
        self._known |= found
        return known | found


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


def _reached(result: Result) -> Reached:
    peaks = [stream.peak for stream in result.streams if stream.peak]
    return Reached(result.normalized or 0.0, max(peaks, default=0.0))


def _within(figure: float | None, least: float | None, most: float | None) -> bool:
    return figure is not None and (least is None or figure >= least) and (most is None or figure <= most)


def _key(figure: float | None, *, rising: bool) -> tuple[bool, float]:
    """Small comes first; what has no figure last."""
    return (figure is None, 0.0 if figure is None else figure if rising else -figure)


def _figure(sort: str, names: tuple[str, ...], reached: list[Reached | None]) -> float | None:
    by = dict(zip(names, reached, strict=True))
    slow, fast = by.get("slow"), by.get("fast")
    if sort == "slow":
        return slow.normalized if slow else None
    if sort == "fast":
        return fast.normalized if fast else None
    if sort == "speed":
        return fast.peak if fast else None
    return slow.normalized / max(fast.normalized, 1e-9) if slow and fast else None
