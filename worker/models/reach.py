"""What a cell of a value sees of the inputs, and how that is joined where values come together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from worker.models import place as places
from worker.models.field import Field, merge

Axes = tuple[Field | None, Field | None, Field | None]
"""Fields over time, height, width; None is global."""

GLOBAL: Axes = (None, None, None)


@dataclass(frozen=True)
class Value:
    """What is known of a value of the graph.

    reach: per stream what a cell sees. place: the cell of every element (place.py); None: not known, and then every
    field is global. feeds: layers or streams that it was computed from. join: how several of them were joined.
    """

    reach: Mapping[str, Axes] = field(default_factory=dict)
    place: Tensor | None = None
    feeds: tuple[str, ...] = ()
    depth: int = 0
    join: str = ""

    def blurred(self, axes: Sequence[int] = (0, 1, 2)) -> Value:
        """With global fields along some axes."""
        reach = {name: tuple(None if i in axes else f for i, f in enumerate(r)) for name, r in self.reach.items()}
        return replace(self, reach=reach)


def regrid(value: Value) -> tuple[Value, dict[int, int]] | None:
    """The value with the index along its dimensions as coordinates, and which dimension is which axis."""
    grid = None if value.place is None else places.grid(value.place)
    if grid is None or value.place is None:
        return None
    reach = {}
    for stream, axes in value.reach.items():
        steps = [grid.steps[axis] for axis in range(3)]
        reach[stream] = tuple(f and f.resample(*step) for f, step in zip(axes, steps, strict=True))
    place = places.lattice(tuple(value.place.shape), grid.axis_of)
    return replace(value, reach=reach, place=place), dict(grid.axis_of)


def indexed(value: Value) -> Value:
    """The value with the index along its dimensions as coordinates; blurred where that cannot be."""
    regridded = regrid(value)
    return value.blurred() if regridded is None else regridded[0]


def varying(value: Value, dimensions: Sequence[int]) -> list[int]:
    """Axes that run along some dimensions; all where that is not known."""
    if value.place is None:
        return [0, 1, 2]
    rank = value.place.ndim
    return [axis for axis in range(3) if any(places.varies(value.place, axis, d % rank) for d in dimensions)]


def join(values: Sequence[Value], shape: tuple[int, ...], kind: str) -> Value:
    """Element by element: the union of what the operands see, where they agree on the cells."""
    if len(values) == 1 and values[0].place is not None and tuple(values[0].place.shape) == shape:
        return values[0]
    if not _alike(values):
        values = [indexed(value) for value in values]
    main = max(values, key=lambda value: -1 if value.place is None else value.place.numel())
    place = None if main.place is None else _expanded(main.place, shape)
    return replace(union([_aligned(value, place, shape) for value in values], kind), place=place)


def _alike(values: Sequence[Value]) -> bool:
    first = values[0].place
    return all(
        first is not None and v.place is not None and v.place.shape == first.shape
        and (v.place is first or torch.equal(v.place, first))
        for v in values
    )  # fmt: skip


def _aligned(value: Value, place: Tensor | None, shape: tuple[int, ...]) -> Value:
    """With global fields where the value's cells are not those of `place`."""
    if place is None or value.place is None:
        return value.blurred()
    own = _expanded(value.place, shape)
    if own is None:
        return value.blurred()
    if own is place or torch.equal(own, place):
        return value
    differ = [a for a in range(3) if not torch.equal(places.coordinate(own, a), places.coordinate(place, a))]
    return value.blurred(differ)


def _expanded(place: Tensor, shape: tuple[int, ...]) -> Tensor | None:
    try:
        return place.expand(shape)
    except RuntimeError:
        return None


def union(values: Sequence[Value], kind: str) -> Value:
    """What any of the values sees, of unknown place. kind: how they are joined."""
    reach: dict[str, Axes] = {}
    for value in values:
        for stream, axes in value.reach.items():
            known = reach.get(stream, axes)
            reach[stream] = (merge([known[0], axes[0]]), merge([known[1], axes[1]]), merge([known[2], axes[2]]))
    feeds = tuple(dict.fromkeys(name for value in values for name in value.feeds))
    joins = [kind] if len({value.feeds for value in values}) > 1 else [value.join for value in values]
    return Value(reach, None, feeds, max(value.depth for value in values), joins[0])


def pinned(value: Value, shape: tuple[int, ...], fixed: Sequence[tuple[int, ...]]) -> Value:
    """Global along the axes over which a parameter varies (position embeddings): the map has one size only."""
    if value.place is None:
        return value
    pinned = set()
    for parameter in fixed:
        offset = len(shape) - len(parameter)
        wide = [i + offset for i, size in enumerate(parameter) if size > 1 and i + offset >= 0]
        pinned |= set(varying(value, wide)) if wide else set()
    return value.blurred(sorted(pinned))


def concatenated(
    values: Sequence[Value | None], shapes: Sequence[tuple[int, ...]], dimension: int, *, stacked: bool
) -> Value:
    """Maps in a row along a dimension, usually the units'. None: an operand that depends on no input (class token)."""
    present = [v for v in values if v]
    if not (_cells_agree(present, dimension, stacked) or _along_one_axis(present, dimension)):
        values = [v and indexed(v) for v in values]
    present = [v for v in values if v]
    if any(v.place is None for v in present):
        return replace(union([v.blurred() for v in present], "concat"), place=None)
    parts = [_cells(v, shape) for v, shape in zip(values, shapes, strict=True)]
    place = torch.stack(parts, dimension) if stacked else torch.cat(parts, dimension)
    agree = _cells_agree(present, dimension, stacked)
    if agree and len(present) == len(values) and not stacked:
        place = parts[0].narrow(dimension, 0, 1).expand(place.shape)
    keeps = agree or _along_one_axis(present, dimension)
    return replace(union(present if keeps else [v.blurred() for v in present], "concat"), place=place)


def _cells(value: Value | None, shape: tuple[int, ...]) -> Tensor:
    nowhere = torch.full((1,), -1, dtype=torch.int32).expand(shape)
    return nowhere if value is None or value.place is None else value.place


def _cells_agree(values: Sequence[Value], dimension: int, stacked: bool) -> bool:
    """Whether the operands of a concatenation (over units) are maps of the same cells."""
    if any(value.place is None for value in values):
        return False
    if stacked:
        return _alike(values)
    if any(varying(value, [dimension]) for value in values):
        return False
    thin = [replace(v, place=v.place.narrow(dimension, 0, 1)) for v in values if v.place is not None]
    return _alike(thin)


def _along_one_axis(values: Sequence[Value], dimension: int) -> bool:
    """Whether tokens or frames of one map are put in a row, so that every one keeps its cell and field."""
    return len(values) == 1 or all(v.reach == values[0].reach and varying(v, [dimension]) for v in values)
