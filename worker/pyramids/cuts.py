"""Which values of a network all paths from its inputs to a score pass, read from the autograd graph of one pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from torch import Tensor

Node = Any
"""A node of autograd's graph: the operation that gave a value."""


class Paths:
    """All ways from a score down to the inputs, counted. inputs: leaves that require gradients."""

    def __init__(self, score: Tensor, inputs: Sequence[Tensor]) -> None:
        self.root = score.grad_fn
        self.order = _sorted(self.root)  # holds every node, so that none is made anew with another identity
        leaves = {id(x) for x in inputs}
        self.leaves = {node for node in self.order if id(getattr(node, "variable", None)) in leaves}
        self.wall: set[Node] = set()
        self._count()

    def around(self, values: Iterable[Tensor]) -> Paths:
        """The ways that pass none of some values."""
        others = object.__new__(Paths)
        others.root, others.order, others.leaves = self.root, self.order, self.leaves
        others.wall = self.wall | {value.grad_fn for value in values}
        others._count()
        return others

    @property
    def any(self) -> bool:
        """Whether there is a way at all."""
        return self.down[self.root] > 0

    def cut_by(self, value: Tensor) -> bool:
        """Whether there are ways, and every one passes a value: as many lead through it as there are."""
        node = value.grad_fn
        return node in self.up and self.up[node] * self.down[node] == self.down[self.root] > 0

    def nearest(self, value: Tensor, among: dict[Node, str]) -> list[str]:
        """The first of some named nodes on every way down from a value, from left to right."""
        waiting, seen, found = _below(value.grad_fn)[::-1], set(), []
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            if node in among:
                found.append(among[node])
            else:
                waiting += _below(node)[::-1]
        return found

    def _count(self) -> None:
        """down: ways from every node to the inputs; up: from the score to every node."""
        self.down: dict[Node, int] = {}
        for node in reversed(self.order):
            ways = (node in self.leaves) + sum(self.down[below] for below in _below(node))
            self.down[node] = 0 if node in self.wall else ways
        self.up = dict.fromkeys(self.order, 0)
        self.up[self.root] = 1
        for node in self.order:
            for below in _below(node):
                self.up[below] += 0 if node in self.wall else self.up[node]


def _below(node: Node) -> list[Node]:
    return [below for below, _ in node.next_functions if below is not None]


def _sorted(root: Node) -> list[Node]:
    """Every node, before those that it was computed from."""
    order, seen, waiting = [], set(), [(root, False)]
    while waiting:
        node, done = waiting.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting += [(below, False) for below in _below(node)]
    return order[::-1]
