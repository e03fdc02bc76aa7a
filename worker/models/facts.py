"""Facts of a network, computed from its graph: layers, units, sizes, receptive fields, streams, what feeds what."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from torch import fx, nn

from contract.catalogue import LayerCard, Stream
from contract.errors import ModelProblem
from worker.models import graph as graphs
from worker.models import place as places
from worker.models.arrange import arrange
from worker.models.call import operation, shape_of
from worker.models.field import Field
from worker.models.graph import LAYERS, Graph
from worker.models.reach import GLOBAL, Axes, Value
from worker.models.recommend import recommend
from worker.models.rules import JOINS, MOVES, SAME, through

VERSION = "4"
"""Raised when the same network would get other facts."""

CONSTANT = {"ones_like", "zeros_like", "full_like", "new_ones", "new_zeros", "new_full", "sym_size", "empty_like"}
WEIGHTED = {"conv1d", "conv2d", "conv3d", "linear"}
ACTIVATIONS = {"relu", "relu6", "gelu", "silu", "sigmoid", "tanh", "leaky_relu", "elu", "selu", "hardswish", "hardtanh",
               "mish", "softplus", "prelu", "erf"}  # fmt: skip

STEPS_OF_AN_ACTIVATION = 12
"""Operations that a written-out GELU takes, at most."""


def layers(module: nn.Module, streams: Sequence[Stream]) -> tuple[list[LayerCard], str]:
    """Cards of all convolutions and linear maps in the order in which they run, and the path of the class layer.

    Raises ModelProblem where the network cannot be run on its streams' native inputs, or has no such layer.
    """
    graph = graphs.export(module, streams)
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
        known = [name for name in feeds if name in self.layers]
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
        path = self._layer_path(node)
        if path is not None and isinstance(result, Value):
            result = self._layer(path, node, result)
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

    def _layer_path(self, node: fx.Node) -> str | None:
        """Path of the convolution or linear module that this call runs."""
        if operation(node) not in WEIGHTED:
            return None
        weight = node.args[1]
        name = self.graph.parameters.get(weight.name, "") if isinstance(weight, fx.Node) else ""
        path = name.removesuffix(".weight")
        stack: dict[str, Any] = node.meta.get("nn_module_stack") or {}
        caller = list(stack.values())[-1][0] if stack else None
        if path == name or caller != path:  # a weight that is used without its module: nothing can be hooked there
            return None
        return path if isinstance(self.module.get_submodule(path), LAYERS) else None

    def _layer(self, path: str, node: fx.Node, value: Value) -> Value:
        """A module that runs several times is shown as it runs first."""
        feeds = self._nearest(value.feeds)
        if path not in self.layers:
            card = _card(path, node, replace(value, feeds=feeds, depth=value.depth + 1), self.streams, self._norm(node))
            if card is not None:
                self.layers[path] = card
                self.above[path] = frozenset(feeds).union(*(self.above.get(name, frozenset()) for name in feeds))
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
        stack: dict[str, Any] = users[0].meta.get("nn_module_stack") or {}
        return list(stack.values())[-1][0] if stack else ""


def _input(stream: Stream) -> Value:
    shape = graphs.shape_of(stream)
    axis_of = {"CTHW": {2: 0, 3: 1, 4: 2}, "TCHW": {1: 0, 3: 1, 4: 2}, "CHW": {2: 1, 3: 2}}[stream.layout]
    time = Field(1, 0, stream.frames - 1) if stream.layout == "CHW" else Field()
    place = places.lattice(shape, axis_of)
    reach: Axes = GLOBAL if place is None else (time, Field(), Field())
    return Value({stream.name: reach}, place, (stream.name,))


def _card(path: str, node: fx.Node, value: Value, streams: Sequence[Stream], norm: str) -> LayerCard | None:
    """None where it is not known which dimension holds the units."""
    linear, shape = operation(node) == "linear", shape_of(node)
    found = arrange(value.place, shape, last=linear)
    if found is None:
        return None
    layout, (units, frames, height, width) = found
    rigid = re.search(r"\((?!N T\))", layout)  # positions in one row: the network has one size only
    seen = [GLOBAL if rigid else axes for axes in value.reach.values()]
    return LayerCard(
        path=path,
        kind="linear" if linear else "conv",
        units=units,
        frames=frames,
        height=height,
        width=width,
        stride=_common(seen, lambda f: f.stride),
        receptive_field=_common(seen, lambda f: f.size),
        receptive_frames=_frames(seen, streams, tuple(value.reach)),
        streams=tuple(value.reach),
        lane=next(iter(value.reach)) if len(value.reach) == 1 else "joint",
        depth=value.depth,
        inputs=value.feeds,
        join=value.join,
        layout=layout,
        norm=norm,
        neurons=_activated(node),
        macs=_products(node),
    )


def _products(node: fx.Node) -> int:
    """Multiplications of a convolution or linear map at the native input."""
    weight = node.args[1]
    assert isinstance(weight, fx.Node)
    return math.prod(shape_of(node)) * math.prod(shape_of(weight)[1:])


def _activated(node: fx.Node) -> bool:
    """Whether an activation function follows, possibly after a normalization or written out in elementary steps."""
    own, following = {node}, node.next
    for _ in range(STEPS_OF_AN_ACTIVATION):
        if following.all_input_nodes and own.issuperset(following.all_input_nodes):
            name = operation(following)
            if name in ACTIVATIONS:
                return True
            if name in SAME or name in JOINS:
                own.add(following)
        elif operation(following) == "batch_norm" and following.args[0] in own:
            own.add(following)
        following = following.next
    return False


def _listed(module: nn.Module, streams: Sequence[Stream]) -> tuple[list[LayerCard], str]:
    """Cards of a network that cannot be traced: what ran, one after the other, every field global."""
    cards: list[LayerCard] = []
    names = tuple(stream.name for stream in streams)
    for path, part, shape in graphs.ran(module, streams):
        linear = isinstance(part, nn.Linear)
        found = arrange(None, shape, last=linear)
        if found is None:
            continue
        layout, (units, frames, height, width) = found
        cards.append(
            LayerCard(
                path=path,
                kind="linear" if linear else "conv",
                units=units,
                frames=frames,
                height=height,
                width=width,
                stride=None,
                receptive_field=None,
                receptive_frames=None,
                streams=names,
                lane=names[0] if len(names) == 1 else "joint",
                depth=len(cards) + 1,
                inputs=(cards[-1].path,) if cards else names,
                layout=layout,
                macs=math.prod(shape) * (part.weight.numel() // part.weight.shape[0]),  # type: ignore[union-attr, operator]
            )
        )
    return cards, cards[-1].path if cards else ""


def _common(seen: list[Axes], read: Any) -> int | None:
    """The larger of what height and width give, over the streams; none where one of them is global."""
    values = [None if axis is None else read(axis) for axes in seen for axis in axes[1:]]
    known = [v for v in values if v is not None]
    return max(known) if known and len(known) == len(values) else None


def _frames(seen: list[Axes], streams: Sequence[Stream], names: tuple[str, ...]) -> int | None:
    by_name = {stream.name: stream for stream in streams}
    sizes = [
        by_name[name].frames if by_name[name].layout == "CHW" else None if axes[0] is None else axes[0].size
        for name, axes in zip(names, seen, strict=True)
    ]
    known = [size for size in sizes if size is not None]
    return max(known) if len(known) == len(sizes) else None
