"""Which layers a pyramid shows, and where each is taken so that nothing leads around a row.

A layer is taken at the outermost module whose output is still its own in shape: after normalization, activation and
what is added to it. A residual block is so its last convolution, taken where the way around comes in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from contract.catalogue import LayerCard, ModelCard
from contract.pyramid import LeftOut
from worker.pyramids.cuts import Paths

MOST = 5
"""Rows that are chosen by themselves."""

Row = tuple[str, ...]
Cuts = Mapping[Row, LayerCard]
"""Rows that all paths pass, and the layer that each has its size and depth from."""


def holders(card: ModelCard) -> list[str]:
    """The layers of a card, and the modules that hold them; without the network itself."""
    paths = [layer.path for layer in card.layers if layer.kind != "heads"]
    return list(dict.fromkeys([*paths, *(module for path in paths for module in _around(path))]))


def places(card: ModelCard, outputs: Mapping[str, Tensor]) -> dict[str, str]:
    """Where each layer is taken: the path of a module. outputs: of modules, by path."""
    found = {}
    for layer in card.layers:
        if layer.path not in outputs or layer.kind == "heads":
            continue
        found[layer.path] = layer.path
        for module in _around(layer.path):
            if module not in outputs or outputs[module].shape != outputs[layer.path].shape:
                break
            if _last_of(module, card, outputs) != layer.path:
                break
            if outputs[module] is not outputs[found[layer.path]]:
                found[layer.path] = module
    return found


def cuts(card: ModelCard, outputs: Mapping[str, Tensor], at: Mapping[str, str], paths: Paths) -> Cuts:
    """All rows that there could be. outputs: of modules, by path; at: where each layer is taken."""
    layers = [each for each in card.layers if each.path in at and not card.is_class(each.path)]
    found = {(each.path,): each for each in layers if paths.cut_by(outputs[at[each.path]])}
    found |= _joined(card, outputs, at, paths)
    cut = {(each.height, each.width) for each in found.values()}
    return found | _beside([each for each in layers if (each.height, each.width) not in cut], outputs, at, paths)


def choose(found: Cuts) -> list[Row]:
    """Rows from the score downwards that all paths pass: one a stage, and the first; fewer where there are no more.

    Empty where nothing cuts all paths.
    """
    ranked = sorted(found, key=lambda row: (found[row].depth, -len(row)))
    stages: dict[tuple[int, int], Row] = {}
    for row in ranked:
        stages[found[row].height, found[row].width] = row
    ends = list(stages.values())
    if len(ends) < MOST // 2 + 1:
        return _spread(ranked, MOST)[::-1]
    first = [row for row in ranked[:1] if row not in ends]
    return _spread([*first, *ends], MOST)[::-1]


def left_out(card: ModelCard, found: Cuts, rows: Sequence[Row]) -> list[LeftOut]:
    """Output sizes that none of the rows has, from the inputs upwards, with the row that there would have been."""
    layers = [each for each in card.layers if not card.is_class(each.path)]
    shown = {_size(layer) for layer in layers if any(layer.path in row for row in rows)}
    ends = {_size(found[row]): row for row in sorted(found, key=lambda row: (found[row].depth, -len(row)))}
    sizes: dict[tuple[int, int], int] = {}
    for layer in sorted(layers, key=lambda each: each.depth):
        sizes[_size(layer)] = sizes.get(_size(layer), 0) + 1
    return [
        LeftOut(height=size[0], width=size[1], layers=count, row=ends.get(size, ()))
        for size, count in sizes.items()
        if size not in shown
    ]


def by_depth(card: ModelCard) -> list[Row]:
    """Evenly spaced depths, from the score downwards: of recommended layers, if there are enough of them."""
    layers = [layer for layer in card.layers if not card.is_class(layer.path)]
    chosen = [layer for layer in layers if layer.recommended]
    if len({layer.depth for layer in chosen}) < 2:
        chosen = layers
    depths = _spread(sorted({layer.depth for layer in chosen}), MOST)[::-1]
    return [tuple(x.path for x in chosen if x.depth == depth) for depth in depths]


def _joined(
    card: ModelCard, outputs: Mapping[str, Tensor], at: Mapping[str, str], paths: Paths
) -> dict[Row, LayerCard]:
    """Branches of a module that stand side by side where it puts them one after the other."""
    known = set(at)
    nodes = {outputs[at[path]].grad_fn: path for path in known}
    found = {}
    for module, value in outputs.items():
        if module in known or value.grad_fn in nodes or not paths.cut_by(value):
            continue
        row = tuple(paths.nearest(value, nodes))
        units = sum(card.layer(path).units for path in row)
        if len(row) > 1 and units in value.shape and not paths.around(outputs[at[path]] for path in row).any:
            found[row] = max((card.layer(path) for path in row), key=lambda layer: layer.depth)
    return found


def _beside(
    layers: Sequence[LayerCard], outputs: Mapping[str, Tensor], at: Mapping[str, str], paths: Paths
) -> dict[Row, LayerCard]:
    """Two layers of a size that cut all paths together, as of two streams: of every size the last ones that do."""
    sizes: dict[tuple[int, int], list[LayerCard]] = {}
    for layer in sorted(layers, key=lambda each: -each.depth):
        sizes.setdefault((layer.height, layer.width), []).append(layer)
    found = {}
    for those in sizes.values():
        for layer in those:
            others = paths.around([outputs[at[layer.path]]])
            mates = [each for each in those if each is not layer and others.cut_by(outputs[at[each.path]])]
            if mates:
                row = sorted((layer, mates[0]), key=lambda each: layers.index(each))
                found[tuple(each.path for each in row)] = layer
                break
    return found


def _size(layer: LayerCard) -> tuple[int, int]:
    return layer.height, layer.width


def _around(path: str) -> list[str]:
    """The modules that hold a layer, the innermost first; without the network itself."""
    parts = path.split(".")
    return [".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]


def _last_of(module: str, card: ModelCard, outputs: Mapping[str, Tensor]) -> str:
    """The deepest layer of a module that has the shape of its output."""
    shape = outputs[module].shape
    inside = [x for x in card.layers if x.path.startswith(f"{module}.") and x.kind != "heads"]
    own = [x for x in inside if x.path in outputs and outputs[x.path].shape == shape]
    return max(own, key=lambda x: x.depth).path if own else ""


def _spread(rows: Sequence[Any], most: int) -> list[Any]:
    """At most so many, evenly spaced, with the first and the last."""
    count = min(most, len(rows))
    return [rows[round(i * (len(rows) - 1) / max(count - 1, 1))] for i in range(count)]
