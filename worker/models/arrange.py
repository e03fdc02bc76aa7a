"""How the units of a layer lie in its output, found by trying every known layout on the places of its elements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from worker.layout import LAYOUTS, PLAIN, unfold
from worker.models import place as places

Extent = tuple[int, int, int, int]
"""Units, frames, rows, columns."""


def arrange(place: Tensor | None, shape: tuple[int, ...], *, last: bool) -> tuple[str, Extent] | None:
    """The layout of an output of `shape`, batch 1, and its extent. last: units come last (linear maps).

    The layout is empty where the shape tells it. None where no layout fits, as when heads are folded into the batch.
    """
    if place is not None:
        grid = places.grid(place)
        regular = places.lattice(shape, grid.axis_of) if grid else None
        place = place if regular is None else regular
        for layout in (*_candidates(shape, last=last), *_windows(place)):
            cells = {name: _extent(place, axis) for axis, name in enumerate("THW")}
            if _fits(place, layout, cells):
                return _described(layout, shape, cells)
    return _guess(shape, last=last)


def _candidates(shape: tuple[int, ...], *, last: bool) -> Iterator[str]:
    if len(shape) == 2 and shape[0] == 1:
        yield "N C"
        return
    for layout in (*PLAIN, *LAYOUTS):
        if layout.endswith(" C") == last or layout == "N C":
            yield layout


def _windows(place: Tensor) -> Iterator[str]:
    """The layout of tokens in windows, by the cells of the first one."""
    if place.ndim != 3 or bool((place[:, :, 0] < 0).any()):
        return
    first = [places.coordinate(place[0, :, 0], axis) for axis in range(3)]
    extent = " ".join(str(len(numbers.unique())) for numbers in first)
    moved = " ".join(str(int(numbers[0])) for numbers in first)
    yield f"(N T H W) ({extent})+({moved}) C"


def _fits(place: Tensor, layout: str, cells: Mapping[str, int]) -> bool:
    """Whether the elements, unfolded by the layout, come out as frames, rows, columns in order."""
    try:
        unfolded = unfold(place, layout, batch=1, cells=cells)
    except (ValueError, RuntimeError, KeyError):
        return False
    if layout == "N C":
        return True
    wanted = places.lattice(tuple(unfolded.shape), {2: 0, 3: 1, 4: 2})
    return wanted is not None and torch.equal(unfolded[:, :1], wanted[:, :1])


def _extent(place: Tensor, axis: int) -> int:
    return int(places.coordinate(places.thin(place), axis).max()) + 1


def _described(layout: str, shape: tuple[int, ...], cells: Mapping[str, int]) -> tuple[str, Extent] | None:
    try:
        units, *extent = unfold(torch.empty(shape, device="meta"), layout, batch=1, cells=cells).shape[1:]
    except (ValueError, RuntimeError):
        return None
    return ("" if layout in PLAIN else layout), (units, extent[0], extent[1], extent[2])


def _guess(shape: tuple[int, ...], *, last: bool) -> tuple[str, Extent] | None:
    """By the shape alone: the units are right, the cells have some order."""
    frames, rows = shape[0], shape[1] if len(shape) > 2 else 1
    if not last:
        layout = {3: "N C T", 4: "N C H W" if frames == 1 else "(N T) C H W", 5: "N C T H W"}.get(len(shape), "")
        return _described(layout, shape, {"T": frames, "H": 1, "W": 1}) if layout else None
    if len(shape) == 2:
        return _described("N C" if frames == 1 else "(N T) C", shape, {"T": frames, "H": 1, "W": 1})
    if len(shape) == 3 and frames == 1:
        return _described("N (T H W) C", shape, {"T": 1, "H": rows, "W": 1})
    if len(shape) == 3:
        return _described("(N T) (H W) C", shape, {"T": frames, "H": rows, "W": 1})
    layout = {4: "N H W C", 5: "N T H W C"}.get(len(shape), "")
    return _described(layout, shape, {}) if layout else None
