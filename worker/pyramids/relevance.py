"""The default rule: relevance is activation x gradient, an edge the part of it that passes along.

R_A[a] = sum of a dy/da over the map, a the layer's value where rows.py takes it. An edge from a to b is a times the
vector-Jacobian product of b's gradient: the edges that leave a add up to R_A[a] where the row above cuts all paths to
the score y.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from contract.catalogue import ModelCard
from contract.errors import Unsuited
from contract.pyramid import SHOWN, Bias, Edge, LeftOut, Node, Pyramid, Row
from worker import calibrate, canvas
from worker.layout import by_unit
from worker.models.assemble import silent
from worker.pyramids import rows as rows_of
from worker.pyramids.cuts import Paths

DIGITS = 6


@dataclass(frozen=True)
class Passage:
    """The network on one clip. modules: outputs by path, in the graph of `scores` (classes,); leaves: its inputs.

    at: where each layer is taken, the path of a module. The score y is that of `label`, less that of `rival`.
    """

    card: ModelCard
    modules: Mapping[str, Tensor]
    at: Mapping[str, str]
    leaves: Sequence[Tensor]
    scores: Tensor
    label: int
    rival: int | None = None

    @cached_property
    def score(self) -> Tensor:
        """y."""
        return self.scores[self.label] if self.rival is None else self.scores[self.label] - self.scores[self.rival]

    @cached_property
    def gradients(self) -> dict[str, Tensor]:
        """dy/da of every layer that the score is computed from; heads of attention only listen."""
        layers = list(self.at)
        slopes = self._slopes(self.score, [self.output(layer) for layer in layers])
        return dict(zip(layers, slopes, strict=True))

    def output(self, layer: str) -> Tensor:
        """A layer's value, as the network lays it out."""
        return self.modules[self.at[layer]]

    @cached_property
    def cuts(self) -> rows_of.Cuts:
        """Rows that all paths pass."""
        return rows_of.cuts(self.card, self.modules, self.at, Paths(self.score, self.leaves))

    def rows(self) -> list[tuple[str, ...]]:
        """Rows that all paths pass, if there are any; else evenly spaced depths."""
        return rows_of.choose(self.cuts) or rows_of.by_depth(self.card)

    def left_out(self, rows: Sequence[tuple[str, ...]]) -> tuple[LeftOut, ...]:
        """Output sizes that chosen rows do not show."""
        return tuple(rows_of.left_out(self.card, self.cuts, rows))

    def relevance(self, layer: str) -> Tensor:
        """(units,)."""
        return self._by_unit(layer, self.gradients[layer])

    def through(self, targets: Mapping[str, Tensor], sources: Sequence[str]) -> list[Tensor]:
        """What the units of `sources` give to some units of layers above: edges, summed over these, (units,) each.

        targets: by layer, the numbers of the units.
        """
        along = sum(self._products(layer)[units].sum() for layer, units in targets.items())
        assert isinstance(along, Tensor)
        slopes = self._slopes(along, [self.output(source) for source in sources])
        return [self._by_unit(source, slope) for source, slope in zip(sources, slopes, strict=True)]

    @staticmethod
    def _slopes(value: Tensor, of: Sequence[Tensor]) -> Sequence[Tensor]:
        return torch.autograd.grad(value, list(of), retain_graph=True, allow_unused=True, materialize_grads=True)

    def _products(self, layer: str) -> Tensor:
        """Activation x gradient, the gradient held fixed, (units, ...)."""
        return by_unit(self.output(layer) * self.gradients[layer].detach(), self.card.layer(layer).layout)

    def _by_unit(self, layer: str, slope: Tensor) -> Tensor:
        product = (self.output(layer) * slope).detach().float()
        return by_unit(product, self.card.layer(layer).layout).sum(1)


def passage(
    module: nn.Module, card: ModelCard, inputs: Sequence[Tensor], *, label: int | None, rival: int | None = None
) -> Passage:
    """Run a clip. inputs: in method units, (channel, time, height, width) each. label: None is what it is taken for.

    Raises Unsuited where that is the rival.
    """
    leaves = [x.clone().requires_grad_() for x in inputs]
    tensors = [canvas.to_network(x[None], stream) for x, stream in zip(leaves, card.streams, strict=True)]
    paths = rows_of.holders(card)
    with calibrate.capture(module, paths) as captured:
        scores = module(*tensors).flatten(1)[0].float()
    outputs = {path: value for path in paths if isinstance(value := _first(captured.get(path)), Tensor)}
    label = int(scores.argmax()) if label is None else label
    if label == rival:
        raise Unsuited(f"The clip is taken for {card.classes[label]!r} itself: name the class whose rival that is.")
    return Passage(card, outputs, rows_of.places(card, outputs), leaves, scores, label, rival)


def _first(output: object) -> object:
    """Of several outputs the first: blocks of transformers also give their sizes."""
    return output[0] if isinstance(output, tuple | list) and output else output


def pyramid(
    found: Passage,
    rows: Sequence[Sequence[str]],
    *,
    clip: str,
    name: str = "",
    most: int = SHOWN,
    listed: Mapping[str, Sequence[int]] | None = None,
    progress: Callable[[str, int, int], None] = silent,
) -> Pyramid:
    """The pyramid of a clip, by its id and name. rows: layers side by side, from the score downwards.

    listed: units of each layer that stand by themselves; else the `most` of largest relevance.
    Raises UnknownLayer.
    """
    for row in rows:
        for layer in row:
            if found.card.layer(layer).path not in found.at:
                raise Unsuited(f"The score is not computed from {layer!r}: name the layer that it listens to.")
    listed = listed or {layer: strongest(found.relevance(layer), most) for row in rows for layer in row}
    made, edges, biases = [], [], []
    for index, (above, row) in enumerate(zip([None, *rows], rows, strict=False)):
        progress("rows", index, len(rows))
        if above is not None:
            joined, lacking = _join(found, above, row, listed)
            edges += joined
            biases += lacking
        error = 0.0 if above is None else _error(found, above, row)
        nodes = tuple(node for layer in row for node in _nodes(found, layer, listed[layer]))
        at = {layer: found.at[layer] for layer in row if found.at[layer] != layer}
        made.append(Row(layers=tuple(row), at=at, nodes=nodes, error=figure(error)))
    first = sum(float(found.relevance(layer).sum()) for layer in rows[0]) if rows else 0.0
    return Pyramid(
        model=found.card.name,
        fingerprint=found.card.fingerprint,
        clip=clip,
        name=name,
        label=found.label,
        predicted=int(found.scores.argmax()),
        rival=found.rival,
        score=figure(float(found.score.detach())),
        bias=figure(float(found.score.detach()) - first),
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


def strongest(relevance: Tensor, most: int) -> list[int]:
    """Numbers of the units of largest relevance, of either sign."""
    return relevance.abs().topk(min(most, len(relevance))).indices.tolist()


def _nodes(found: Passage, layer: str, units: Sequence[int]) -> list[Node]:
    relevance = found.relevance(layer)
    nodes = [Node(layer=layer, unit=unit, relevance=figure(relevance[unit])) for unit in units]
    nodes.sort(key=lambda node: -node.relevance)
    if len(units) < len(relevance):
        rest = float(relevance.sum() - relevance[list(units)].sum())
        nodes.append(Node(layer=layer, unit=None, relevance=figure(rest)))
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
            for source, given in zip(row, found.through({layer: torch.tensor(units)}, row), strict=True):
                inflow += float(given.sum())
                edges += _edges(given, source, listed[source], (layer, target))
            lacking = float(relevance[units].sum()) - inflow
            biases.append(Bias(layer=layer, unit=target, weight=figure(lacking)))
    return edges, biases


def _edges(given: Tensor, source: str, units: Sequence[int], target: tuple[str, int | None]) -> list[Edge]:
    fixed = {"source": source, "target": target[0], "target_unit": target[1]}
    edges = [Edge(source_unit=unit, weight=figure(given[unit]), **fixed) for unit in units]
    if len(units) < len(given):
        rest = float(given.sum() - given[list(units)].sum())
        edges.append(Edge(source_unit=None, weight=figure(rest), **fixed))
    return edges


def _error(found: Passage, above: Sequence[str], row: Sequence[str]) -> float:
    """How far what units give to the row above is from their relevance, relative to the largest of the row."""
    every = {layer: torch.arange(found.card.layer(layer).units) for layer in above}
    own = {layer: found.relevance(layer) for layer in row}
    given = zip(row, found.through(every, row), strict=True)
    off = max(float((units - own[layer]).abs().max()) for layer, units in given)
    return off / max(max(float(each.abs().max()) for each in own.values()), 1e-12)


def figure(value: Tensor | float) -> float:
    """As many digits as are left of sums in single precision."""
    return float(f"{float(value):.{DIGITS}g}")
