"""The figures that units of a layer can be sorted and chosen by, for a page that has no server to do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backend.indexes import CLASSWISE, Indexes
from backend.order import REACHED, Order
from contract.catalogue import LayerCard, ModelCard

Columns = dict[str, list[float | None]]
"""By index: a figure for each unit that is held, in their order."""

PLAIN = "index"
"""File of the indexes that are of no class."""


def columns(
    card: ModelCard, layer: LayerCard, units: Sequence[int], *, order: Order, indexes: Indexes, classes: Sequence[int]
) -> Mapping[str, Columns]:
    """By file. classes: those with clips, none where the model was not analysed."""

    def of(name: str) -> list[float | None]:
        column = order.column(card, layer, name, seed=0)
        return [_short(column[unit]) for unit in units]

    names = [*REACHED, *(index.name for index in indexes.all(card, layer))]
    found = {PLAIN: {name: of(name) for name in names}}
    for kind in CLASSWISE if classes else ():
        found[kind] = {f"{kind}.{number}": of(f"{kind}.{number}") for number in classes}
    return found


def _short(figure: float | None) -> float | None:
    """Five digits: more than anybody sorts by."""
    return None if figure is None else float(f"{figure:.5g}")
