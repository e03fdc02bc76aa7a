"""One pyramid of several clips, as of all known clips of a class: their mean, on the same units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import torch
from torch import Tensor

from contract.pyramid import Bias, Curve, Edge, LeftOut, Member, Node, Pyramid, PyramidSpec, Row, Rows, Trust, class_of
from worker.analyses.collection import Entry
from worker.models.assemble import silent
from worker.models.model import Model
from worker.pyramids import descent, relevance
from worker.pyramids.relevance import Passage
from worker.pyramids.trust import mean, tried

SELECTED = 8
"""A unit is counted as one of a clip's where it is among so many strongest of its layer."""

TRIED = 4
"""Clips that units are silenced on."""

Progress = Callable[[str, int, int], None]
Key = TypeVar("Key")


def take_apart(model: Model, spec: PyramidSpec, entries: Sequence[Entry], *, progress: Progress = silent) -> Pyramid:
    """The mean over the pyramids of a class's clips, all of the units that are strongest in the mean.

    Raises Unsuited, UnknownLayer, ClipProblem.
    """
    card, number = model.card, class_of(spec.clip)
    assert number is not None
    label = number if spec.label is None else spec.label
    steps = 2 * len(entries)
    tally: _Tally | None = None
    left_out: tuple[LeftOut, ...] = ()
    for index, entry in enumerate(entries):
        progress("pyramids", index, steps)
        found = relevance.passage(model.module, card, _read(entry), label=label, rival=spec.rival)
        if tally is None:
            tally = _Tally(found, spec.rows or tuple(found.rows()))
            left_out = () if spec.rows else found.left_out(tally.rows)
        tally.add(found)
    assert tally is not None
    listed = {layer: relevance.strongest(given, spec.units) for layer, given in tally.means().items()}
    order = tally.order(tally.rows[len(tally.rows) // 2])
    made, trusts = [], []
    for index, entry in enumerate(entries):
        progress("pyramids", len(entries) + index, steps)
        inputs = _read(entry)
        with descent.heard(model.module, card) as maps:
            found = relevance.passage(model.module, card, inputs, label=label, rival=spec.rival)
        made.append(relevance.pyramid(found, tally.rows, clip=entry.id, name=entry.name, listed=listed))
        if index < TRIED:
            published = descent.descend(model.module, card, maps, label=label)
            trusts.append(tried(model.module, found, published, inputs, tally.rows, most=SELECTED, order=order))
    members = tuple(Member(clip=one.clip, name=one.name, score=one.score, predicted=one.predicted) for one in made)
    name = f"{len(entries)} clips of {card.classes[number]}"
    told = {"clip": spec.clip, "name": name, "members": members, "trust": _together(trusts), "left_out": left_out}
    return _mean(made, tally.frequencies()).model_copy(update=told)


def _read(entry: Entry) -> Sequence[Tensor]:
    inputs = entry.read(1.0)
    assert inputs is not None
    return inputs


class _Tally:
    """Relevances of all units of the rows, summed over clips, and how often each is among the strongest."""

    def __init__(self, found: Passage, rows: Rows) -> None:
        self.rows, self.clips = rows, 0
        units = {layer: found.card.layer(layer).units for row in rows for layer in row}
        self.sums = {layer: torch.zeros(count) for layer, count in units.items()}
        self.counts = {layer: torch.zeros(count) for layer, count in units.items()}

    def add(self, found: Passage) -> None:
        self.clips += 1
        for layer in self.sums:
            own = found.relevance(layer)
            self.sums[layer] += own
            self.counts[layer][relevance.strongest(own, SELECTED)] += 1

    def means(self) -> dict[str, Tensor]:
        return {layer: total / self.clips for layer, total in self.sums.items()}

    def frequencies(self) -> dict[str, list[float]]:
        return {layer: (count / self.clips).tolist() for layer, count in self.counts.items()}

    def order(self, row: Sequence[str]) -> list[int]:
        """Units of a row, counted through its layers, the largest mean first."""
        means = self.means()
        return torch.cat([means[layer] for layer in row]).argsort(descending=True).tolist()


def _mean(made: Sequence[Pyramid], frequencies: dict[str, list[float]]) -> Pyramid:
    """The mean of pyramids of the same units. Errors of rows: the largest."""
    first, count = made[0], len(made)
    nodes = _sums([{(n.layer, n.unit): n.relevance for row in one.rows for n in row.nodes} for one in made])
    edges = _sums([{_ends(e): e.weight for e in one.edges} for one in made])
    biases = _sums([{(b.layer, b.unit): b.weight for b in one.biases} for one in made])

    def node(layer: str, unit: int | None) -> Node:
        often = None if unit is None else round(frequencies[layer][unit], 3)
        return Node(layer=layer, unit=unit, relevance=relevance.figure(nodes[layer, unit] / count), frequency=often)

    rows = [
        Row(
            layers=row.layers,
            at=row.at,
            nodes=tuple(node(each.layer, each.unit) for each in row.nodes),
            error=max(one.rows[index].error for one in made),
        )
        for index, row in enumerate(first.rows)
    ]
    taken = [one.predicted for one in made]
    return first.model_copy(
        update={
            "predicted": max(sorted(set(taken)), key=taken.count),
            "score": relevance.figure(sum(one.score for one in made) / count),
            "bias": relevance.figure(sum(one.bias for one in made) / count),
            "rows": tuple(rows),
            "edges": tuple(
                edge.model_copy(update={"weight": relevance.figure(edges[_ends(edge)] / count)}) for edge in first.edges
            ),
            "biases": tuple(
                Bias(layer=b.layer, unit=b.unit, weight=relevance.figure(biases[b.layer, b.unit] / count))
                for b in first.biases
            ),
        }
    )


def _ends(edge: Edge) -> tuple[str, int | None, str, int | None]:
    return edge.source, edge.source_unit, edge.target, edge.target_unit


def _sums(tables: Sequence[dict[Key, float]]) -> dict[Key, float]:
    return {key: sum(table[key] for table in tables) for key in tables[0]}


def _together(trusts: Sequence[Trust]) -> Trust:
    """Curves in the mean over clips; agreement with the published rule is a matter of one clip."""
    first = trusts[0]
    curves = tuple(
        Curve(
            rule=curve.rule,
            removed=mean([trust.curves[i].removed for trust in trusts]),
            kept=mean([trust.curves[i].kept for trust in trusts]),
        )
        for i, curve in enumerate(first.curves)
    )
    score, nothing = mean([(trust.score, trust.nothing) for trust in trusts])
    return first.model_copy(update={"score": score, "nothing": nothing, "curves": curves, "agreement": ()})
