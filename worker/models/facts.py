"""Facts of a network, computed from its graph: layers, units, sizes, receptive fields, streams, what feeds what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from torch import fx, nn

from contract.catalogue import LayerCard, Stream
from contract.errors import ModelProblem
from worker.models import card as cards_of
from worker.models import graph as graphs
from worker.models import heads
from worker.models import place as places
from worker.models.call import operation, shape_of
from worker.models.field import Field
from worker.models.graph import LAYERS, Graph
from worker.models.reach import GLOBAL, Axes, Value
from worker.models.recommend import recommend
from worker.models.rules import MOVES, through

VERSION = "6"
"""Raised when the same network would get other facts."""

CONSTANT = {"ones_like", "zeros_like", "full_like", "new_ones", "new_zeros", "new_full", "sym_size", "empty_like"}
WEIGHTED = {"conv1d", "conv2d", "conv3d", "linear"}


def layers(module: nn.Module, streams: Sequence[Stream]) -> tuple[list[LayerCard], str]:
    """Cards of all convolutions and linear maps in the order in which they run, and the path of the class layer.

    Raises ModelProblem where the network cannot be run on its streams' native inputs, or has no such layer.
    """
    graph = graphs.export(module, streams) or graphs.trace(module, streams)
    cards, last = _walked(module, graph, streams) if graph else _listed(module, streams)
    if not cards:
        raise ModelProblem("the network has no convolution or linear layer that its output depends on")
    elastic = graphs.elastic(module, streams)
    cards = [
        card.model_copy(
            update={
                "kind": "class" if card.path == last else card.kind,
                "rigid": card.finite and card.path not in elastic,
            }
        )
        for card in cards
    ]
    return recommend(cards), last


def _walked(module: nn.Module, graph: Graph, streams: Sequence[Stream]) -> tuple[list[LayerCard], str]:
    walk = _Walk(module, graph, streams)
    cards = list(walk.layers.values())
    return cards, walk.last_layer() if cards else ""


class _Walk:
    """One pass over the graph, in execution order."""

    def __init__(self, module: nn.Module, graph: Graph, streams: Sequence[Stream]) -> None:
        self.module, self.graph, self.streams = module, graph, streams
        self.values: dict[fx.Node, Value | list[Value]] = {}
        self.layers: dict[str, LayerCard] = {}
        self.above: dict[str, frozenset[str]] = {}
        self.fixed: set[fx.Node] = {node for node in graph.nodes if node.name in graph.parameters}
        for node, stream in zip(graph.inputs, streams, strict=True):
            self._keep(node, _input(stream))
        for node in graph.nodes:
            if node.op == "call_function" and operation(node) not in CONSTANT:
                self._visit(node)

    def last_layer(self) -> str:
        """The layer that the output comes from."""
        feeds = [name for value in self._sources(self.graph.output) for name in value.feeds]
        known = [name for name in self._nearest(feeds) if name in self.layers]
        return known[-1] if known else list(self.layers)[-1]

    def _visit(self, node: fx.Node) -> None:
        sources = self._sources(node)
        if not sources:
            if node.all_input_nodes and all(parent in self.fixed for parent in node.all_input_nodes):
                self.fixed.add(node)
            return
        if operation(node) == "getitem":
            self._keep(node, self._item(node))
            return
        result = through(node, sources, fixed=[shape_of(p) for p in node.all_input_nodes if p in self.fixed])
        path = self._weighted(node)
        if path and isinstance(result, Value):
            result = self._heads(path, node, result)
            result = self._layer(path, node, result) if self.graph.callers.get(node) == path else result
        self._keep(node, result)
        self._write_back(node, result)

    def _keep(self, node: fx.Node, value: Value | list[Value]) -> None:
        self.values[node] = value
        node.meta["reached"] = True

    def _sources(self, node: fx.Node) -> list[Value]:
        found = [self.values[parent] for parent in node.all_input_nodes if parent in self.values]
        return [value for group in found for value in (group if isinstance(group, list) else [group])]

    def _item(self, node: fx.Node) -> Value | list[Value]:
        group, index = self.values[node.all_input_nodes[0]], node.args[1]
        return group[index] if isinstance(group, list) and isinstance(index, int) else group

    def _write_back(self, node: fx.Node, result: Value | list[Value]) -> None:
        """An operation in place on a part of a value changes the value, and all that is seen through it."""
        if not str(node.target).split(".")[-2:][0].endswith("_") or not isinstance(result, Value):
            return
        target = node.args[0]
        while isinstance(target, fx.Node) and target.op == "call_function":
            known = self.values.get(target)
            if not isinstance(known, Value) or known.reach != result.reach:
                place = known.place if isinstance(known, Value) else None
                self._keep(target, replace(result.blurred(), place=place))
            if operation(target) not in MOVES:
                return
            target = target.args[0]

    def _weighted(self, node: fx.Node) -> str:
        """Path of the convolution or linear module whose weight this call uses."""
        if operation(node) not in WEIGHTED:
            return ""
        weight = node.args[1]
        name = self.graph.parameters.get(weight.name, "") if isinstance(weight, fx.Node) else ""
        path, _, leaf = name.rpartition(".")
        return path if leaf == "weight" and isinstance(self.module.get_submodule(path), LAYERS) else ""

    def _layer(self, path: str, node: fx.Node, value: Value) -> Value:
        """The layer of a module; a weight that is used without its module is none, for nothing could be hooked."""
        fed = self._fed(value)
        return self._listed(cards_of.of_call(path, node, fed, self.streams, self._norm(node)), path, value)

    def _heads(self, path: str, node: fx.Node, value: Value) -> Value:
        """The layer of the attention heads that a linear map reads, if it does."""
        parent = self.module.get_submodule(path.rpartition(".")[0])
        number = heads.count(node) if operation(node) == "linear" else None
        if number is None or isinstance(parent, nn.MultiheadAttention):  # which calls no function that could be seen
            return value
        name = heads.path_of(path)
        return self._listed(cards_of.of_heads(name, number, node, self._fed(value), self.streams), name, value)

    def _fed(self, value: Value) -> Value:
        return replace(value, feeds=self._nearest(value.feeds), depth=value.depth + 1)

    def _listed(self, card: LayerCard | None, path: str, value: Value) -> Value:
        """The value as the result of a layer. What runs several times is shown as it runs first."""
        if card is not None and path not in self.layers:
            self.layers[path] = card
            above = (self.above.get(name, frozenset()) for name in card.inputs)
            self.above[path] = frozenset(card.inputs).union(*above)
        return replace(value, feeds=(path,), depth=value.depth + 1, join="") if path in self.layers else value

    def _nearest(self, feeds: Iterable[str]) -> tuple[str, ...]:
        """Without those that another of them is computed from: a chain of residual blocks has one last."""
        feeds = tuple(feeds)
        return tuple(
            name for name in feeds if not any(name in self.above.get(other, ()) for other in feeds if other != name)
        )

    def _norm(self, node: fx.Node) -> str:
        """Path of the batch normalization that alone reads this layer."""
        users = list(node.users)
        if len(users) != 1 or operation(users[0]) != "batch_norm" or operation(node) == "linear":
            return ""
        return self.graph.callers.get(users[0], "")


def _input(stream: Stream) -> Value:
    shape = graphs.shape_of(stream)
    axis_of = {"CTHW": {2: 0, 3: 1, 4: 2}, "TCHW": {1: 0, 3: 1, 4: 2}, "CHW": {2: 1, 3: 2}}[stream.layout]
    time = Field(1, 0, stream.frames - 1) if stream.layout == "CHW" else Field()
    place = places.lattice(shape, axis_of)
    reach: Axes = GLOBAL if place is None else (time, Field(), Field())
    return Value({stream.name: reach}, place, (stream.name,))


def _listed(module: nn.Module, streams: Sequence[Stream]) -> tuple[list[LayerCard], str]:
    """Cards of a network that cannot be traced: what ran, one after the other."""
    cards: list[LayerCard] = []
    names = tuple(stream.name for stream in streams)
    for path, part, shape in graphs.ran(module, streams):
        card = cards_of.of_module(path, part, shape, streams)
        if card is not None:
            feeds = (cards[-1].path,) if cards else names
            cards.append(card.model_copy(update={"depth": len(cards) + 1, "inputs": feeds}))
    return cards, cards[-1].path if cards else ""
