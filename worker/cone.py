"""The dependency cone of one cell: of every map only the cells that the target needs, in space and time.

Exact, borders included: where a window leaves the map, the cells that it reads there are padded as the network pads
them. Nothing else is computed, so that the gradient is zero outside the receptive field by construction.
Knows nothing of units, objectives or how an operation is carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import fx

from worker.models.call import SLIDING, argument, operation, shape_of, windows
from worker.models.rules import JOINS, SAME
from worker.models.subgraph import Subgraph

Box = tuple[tuple[int, int], ...]
"""Half-open ranges of cells, one per axis of a map."""

CELLWISE = SAME | set(JOINS) | {"batch_norm", "cat"}
"""Operations whose cell i depends on cell i of their maps only."""


class NoCone(Exception):
    """The target needs whole maps, or an operation is not understood; the message names it."""


@dataclass(frozen=True)
class Reading:
    """How an operation reads one of its maps: `crop` of the stored box, then `pad` cells before and after, per axis."""

    source: fx.Node
    crop: Box
    pad: Box

    @property
    def padded(self) -> bool:
        """Whether a window leaves the map."""
        return any(amount for axis in self.pad for amount in axis)


@dataclass(frozen=True)
class Cone:
    """What is computed for one cell. boxes: cells of every map that are computed, in coordinates of the whole map.

    readings: per operation, in the order of its arguments that are maps. order: operations as they run.
    """

    boxes: dict[fx.Node, Box]
    readings: dict[fx.Node, tuple[Reading, ...]]
    order: tuple[fx.Node, ...]


def cone(network: Subgraph, cell: Sequence[int]) -> Cone:
    """The cone of the cell at `cell` (one index per axis) of the graph's last map. Raises NoCone."""
    wanted: dict[fx.Node, Box] = {network.nodes[-1]: tuple((i, i + 1) for i in cell)}
    maps = _maps(network)
    for node in reversed(network.nodes):
        if node in maps and node in wanted:
            for source, box in _needs(node, wanted[node], maps):
                wanted[source] = _hull(wanted.get(source), _within(box, source))
    order = tuple(node for node in network.nodes if node in maps and node in wanted)
    readings = {
        node: tuple(_reading(source, box, wanted[source]) for source, box in _needs(node, wanted[node], maps))
        for node in order
    }
    return Cone(wanted, readings, order)


def _maps(network: Subgraph) -> set[fx.Node]:
    """Nodes that depend on an input."""
    found = {node for node in network.inputs if node is not None}
    for node in network.nodes:
        if any(source in found for source in node.all_input_nodes):
            found.add(node)
    return found


def _needs(node: fx.Node, box: Box, maps: set[fx.Node]) -> list[tuple[fx.Node, Box]]:
    """What a node reads of each of its maps to fill `box`; the ranges may leave the map."""
    name = operation(node)
    sources = [source for source in node.all_input_nodes if source in maps]
    if name in SLIDING and len(box) > 1:
        _countable(node, name)
        axes = zip(windows(node), box, strict=True)
        return [(sources[0], tuple(window.reads(*span) for window, span in axes))]
    if name in {"pad", "constant_pad_nd"}:
        return [(sources[0], _unpadded(node, box))]
    if name.startswith("adaptive_") and shape_of(sources[0]) == shape_of(node):
        return [(sources[0], box)]
    if name in CELLWISE and all(_aligned(node, source, maps) for source in node.all_input_nodes):
        return [(source, box) for source in sources]
    raise NoCone(f"{name} reads whole maps")


def _aligned(node: fx.Node, source: fx.Node, maps: set[fx.Node]) -> bool:
    """Whether cell i of the result depends on cell i of `source` only, or `source` is a constant over positions."""
    ours, theirs = shape_of(node), shape_of(source)
    if operation(node) == "cat" and argument(node, "dim", 1) not in {1, 1 - len(ours)}:
        return False
    if source in maps:
        return len(theirs) == len(ours) and theirs[2:] == ours[2:]
    return len(theirs) <= 1 or all(size == 1 for size in theirs[2:])


def _countable(node: fx.Node, name: str) -> None:
    """Average pools whose divisor changes at the border are left to the whole network."""
    padded = any(window.before for window in windows(node))
    if name.startswith("avg") and (padded or argument(node, "ceil_mode", 4)):
        raise NoCone(f"{name} divides by another count at the border")


def _unpadded(node: fx.Node, box: Box) -> Box:
    mode = argument(node, "mode", 2) if operation(node) == "pad" else "constant"
    if mode not in {None, "constant"}:
        raise NoCone(f"{mode} padding reads cells twice")
    before = argument(node, "pad", 1)[::2][::-1]
    before = [0] * (len(box) - len(before)) + list(before)
    return tuple((low - b, high - b) for (low, high), b in zip(box, before, strict=True))


def _within(box: Box, source: fx.Node) -> Box:
    sizes = shape_of(source)[2:]
    return tuple((min(max(low, 0), n), max(min(high, n), 0)) for (low, high), n in zip(box, sizes, strict=True))


def _hull(known: Box | None, box: Box) -> Box:
    if known is None:
        return box
    return tuple((min(a, c), max(b, d)) for (a, b), (c, d) in zip(known, box, strict=True))


def _reading(source: fx.Node, box: Box, stored: Box) -> Reading:
    inside = _within(box, source)
    crop = tuple((low - start, high - start) for (low, high), (start, _) in zip(inside, stored, strict=True))
    pad = tuple((a - low, high - b) for (low, high), (a, b) in zip(box, inside, strict=True))
    return Reading(source, crop, pad)
