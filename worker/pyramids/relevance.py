"""The default rule: relevance is activation x gradient, an edge the part of it that passes along.

R_A[a] = sum of a dy/da over the map. An edge from a to b is a times the vector-Jacobian product of b's gradient: the
edges that leave a add up to R_A[a] where the row above cuts all paths to the score y.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from contract.catalogue import ModelCard
from contract.pyramid import Bias, Edge, Node, Pyramid, Row
from worker.analyses.survey import run
from worker.objectives import as_map

SHOWN = 8
"""Units of a layer that are listed."""

DIGITS = 6


@dataclass(frozen=True)
class Passage:
    """The network on one clip. outputs: of the layers, in the graph of the score y; gradients: dy/d(outputs)."""

    card: ModelCard
    outputs: Mapping[str, Tensor]
    gradients: Mapping[str, Tensor]
    score: Tensor

    def relevance(self, layer: str) -> Tensor:
        """(units,)."""
        return self._by_unit(layer, self.gradients[layer])

    def through(self, targets: Mapping[str, Tensor], source: str) -> Tensor:
        """What the units of `source` give to some units of layers above: edges, summed over these, (units,).

        targets: by layer, the numbers of the units.
        """
        along = sum(self._products(layer)[units].sum() for layer, units in targets.items())
        assert isinstance(along, Tensor)
        (slope,) = torch.autograd.grad(
            along, [self.outputs[source]], retain_graph=True, allow_unused=True, materialize_grads=True
        )
        return self._by_unit(source, slope)

    def _products(self, layer: str) -> Tensor:
        """Activation x gradient, the gradient held fixed, (units, ...)."""
        card = self.card.layer(layer)
        return (as_map(self.outputs[layer], 1, card) * as_map(self.gradients[layer].detach(), 1, card))[0]

    def _by_unit(self, layer: str, slope: Tensor) -> Tensor:
        product = as_map((self.outputs[layer] * slope).detach().float(), 1, self.card.layer(layer))
        return product.sum((0, 2, 3, 4))


def passage(
    module: nn.Module, card: ModelCard, inputs: Sequence[Tensor], *, label: int, rival: int | None = None
) -> Passage:
    """Run a clip. inputs: in method units, (channel, time, height, width) each."""
    leaves = [x.clone().requires_grad_() for x in inputs]
    scores, outputs = run(module, card, leaves)
    score = scores[label] if rival is None else scores[label] - scores[rival]
    slopes = torch.autograd.grad(
        score, list(outputs.values()), retain_graph=True, allow_unused=True, materialize_grads=True
    )
    return Passage(card, outputs, dict(zip(outputs, slopes, strict=True)), score)


def rows_of(card: ModelCard, *, most: int = 5) -> list[tuple[str, ...]]:
    """Rows to show, from the score downwards: layers of equal depth stand side by side; evenly spaced depths.

    Of layers that are recommended, if there are enough of them; without the classes themselves.
    """
    layers = [layer for layer in card.layers if not card.is_class(layer.path)]
    chosen = [layer for layer in layers if layer.recommended]
    if len({layer.depth for layer in chosen}) < 2:
        chosen = layers
    depths = sorted({layer.depth for layer in chosen}, reverse=True)
    count = min(most, len(depths))
    places = [round(i * (len(depths) - 1) / max(count - 1, 1)) for i in range(count)]
    return [tuple(x.path for x in chosen if x.depth == depths[place]) for place in places]


def pyramid(
    found: Passage,
    rows: Sequence[Sequence[str]],
    *,
    clip: str,
    label: int,
    rival: int | None = None,
    most: int = SHOWN,
) -> Pyramid:
    """The pyramid of a clip. rows: layers side by side, from the score downwards. Raises UnknownLayer."""
    for row in rows:
        for layer in row:
            found.card.layer(layer)
    listed = {layer: _strongest(found.relevance(layer), most) for row in rows for layer in row}
    made, edges, biases = [], [], []
    for above, row in zip([None, *rows], rows, strict=False):
        if above is not None:
            joined, lacking = _join(found, above, row, listed)
            edges += joined
            biases += lacking
        error = 0.0 if above is None else _error(found, above, row)
        nodes = tuple(node for layer in row for node in _nodes(found, layer, listed[layer]))
        made.append(Row(layers=tuple(row), nodes=nodes, error=error))
    first = sum(float(found.relevance(layer).sum()) for layer in rows[0]) if rows else 0.0
    return Pyramid(
        model=found.card.name,
        fingerprint=found.card.fingerprint,
        clip=clip,
        label=label,
        rival=rival,
        score=_figure(float(found.score.detach())),
        bias=_figure(float(found.score.detach()) - first),
        rows=tuple(made),
        edges=tuple(edges),
        biases=tuple(biases),
    )


def covering(edges: Sequence[Edge], share: float = 0.8) -> list[Edge]:
    """For every target the fewest edges that make up a share of its positive inflow, the largest first."""
    by_target: dict[tuple[str, int | None], list[Edge]] = {}
    for edge in edges:
        if edge.weight > 0:
            by_target.setdefault((edge.target, edge.target_unit), []).append(edge)
    kept = []
    for incoming in by_target.values():
        whole, sofar = sum(edge.weight for edge in incoming), 0.0
        for edge in sorted(incoming, key=lambda each: -each.weight):
            if sofar >= share * whole:
                break
            kept.append(edge)
            sofar += edge.weight
    return kept


def _strongest(relevance: Tensor, most: int) -> list[int]:
    return relevance.abs().topk(min(most, len(relevance))).indices.tolist()


def _nodes(found: Passage, layer: str, units: Sequence[int]) -> list[Node]:
    relevance = found.relevance(layer)
    nodes = [Node(layer=layer, unit=unit, relevance=_figure(relevance[unit])) for unit in units]
    nodes.sort(key=lambda node: -node.relevance)
    if len(units) < len(relevance):
        rest = float(relevance.sum() - relevance[list(units)].sum())
        nodes.append(Node(layer=layer, unit=None, relevance=_figure(rest)))
    return nodes


def _join(
    found: Passage, above: Sequence[str], row: Sequence[str], listed: Mapping[str, Sequence[int]]
) -> tuple[list[Edge], list[Bias]]:
    """Edges from a row to the one above, and what the nodes above have from elsewhere."""
    edges, biases = [], []
    for layer in above:
        relevance = found.relevance(layer)
        others = [unit for unit in range(len(relevance)) if unit not in set(listed[layer])]
        targets: list[tuple[int | None, list[int]]] = [(unit, [unit]) for unit in listed[layer]]
        for target, units in [*targets, *([(None, others)] if others else [])]:
            inflow = 0.0
            for source in row:
                given = found.through({layer: torch.tensor(units)}, source)
                inflow += float(given.sum())
                edges += _edges(given, source, listed[source], (layer, target))
            lacking = float(relevance[units].sum()) - inflow
            biases.append(Bias(layer=layer, unit=target, weight=_figure(lacking)))
    return edges, biases


def _edges(given: Tensor, source: str, units: Sequence[int], target: tuple[str, int | None]) -> list[Edge]:
    fixed = {"source": source, "target": target[0], "target_unit": target[1]}
    edges = [Edge(source_unit=unit, weight=_figure(given[unit]), **fixed) for unit in units]
    if len(units) < len(given):
        rest = float(given.sum() - given[list(units)].sum())
        edges.append(Edge(source_unit=None, weight=_figure(rest), **fixed))
    return edges


def _error(found: Passage, above: Sequence[str], row: Sequence[str]) -> float:
    """How far what units give to the row above is from their relevance, relative to the largest of the row."""
    every = {layer: torch.arange(found.card.layer(layer).units) for layer in above}
    own = {layer: found.relevance(layer) for layer in row}
    off = max(float((found.through(every, layer) - own[layer]).abs().max()) for layer in row)
    return off / max(max(float(each.abs().max()) for each in own.values()), 1e-12)


def _figure(value: Tensor | float) -> float:
    """As many digits as are left of sums in single precision."""
    return float(f"{float(value):.{DIGITS}g}")
