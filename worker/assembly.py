"""A cone's operations as kernels: what runs as one, with which weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx
from torch.fx.node import map_arg

from worker.cone import Cone, Reading
from worker.kernels import (
    Convolution,
    Differentiated,
    Join,
    Kernel,
    MaximumPool,
    Same,
    Sum,
    average_pool,
    call,
    pad,
)
from worker.models.call import CONVOLUTIONS, argument, operation
from worker.models.subgraph import Subgraph

IDENTITIES = {"dropout", "feature_dropout", "contiguous", "detach", "alias", "identity"}


@dataclass(frozen=True)
class Operation:
    """A kernel in its place: the node whose value it makes, and what it reads."""

    node: fx.Node
    readings: tuple[Reading, ...]
    kernel: Kernel


def operations(network: Subgraph, cone: Cone, *, dtype: torch.dtype, device: torch.device) -> list[Operation]:
    """The operations of `cone` but its last, in order, those that run as one joined."""
    return _Assembly(network, cone, dtype, device).operations()


def weights(node: fx.Node, normalization: fx.Node | None, network: Subgraph) -> tuple[Tensor, Tensor | None]:
    """Weight and bias of a convolution, with the batch normalization behind it folded in (in fp64)."""
    weight, bias = value(node.args[1], network), value(argument(node, "bias", 2), network)
    if normalization is None:
        return weight, bias
    gain, shift, mean, variance = (value(each, network) for each in normalization.args[1:5])
    epsilon: Any = normalization.args[7]
    scale = (variance.double() + epsilon).rsqrt() * (1 if gain is None else gain.double())
    offset = (0 if bias is None else bias.double()) - mean.double()
    moved = offset * scale + (0 if shift is None else shift.double())
    folded = weight.double() * scale.view(-1, *[1] * (weight.ndim - 1))
    return folded.to(weight.dtype), moved.to(weight.dtype)


def value(node: Any, network: Subgraph) -> Any:
    """The value of a constant argument, computed if need be."""
    if not isinstance(node, fx.Node):
        return node
    if node in network.constants:
        return network.constants[node]
    args, kwargs = (map_arg(part, lambda each: value(each, network)) for part in (node.args, node.kwargs))
    return node.target(*args, **kwargs)  # type: ignore[operator]


class _Assembly:
    def __init__(self, network: Subgraph, cone: Cone, dtype: torch.dtype, device: torch.device) -> None:
        self.network, self.cone, self.dtype, self.device = network, cone, dtype, device
        self.readers: dict[fx.Node, list[fx.Node]] = {}
        for node, readings in cone.readings.items():
            for reading in readings:
                self.readers.setdefault(reading.source, []).append(node)
        self.joined: set[fx.Node] = set()

    def operations(self) -> list[Operation]:
        """In execution order. What a node takes in comes behind it, so that one pass suffices."""
        return [self._operation(node) for node in self.cone.order[:-1] if node not in self.joined]

    def _operation(self, node: fx.Node) -> Operation:
        name, readings = operation(node), self.cone.readings[node]
        if name in CONVOLUTIONS:
            return self._convolution(node)
        if name == "add" and len(readings) == 2 and len(node.args) == 2 and not node.kwargs:
            relu = self._next(node, "relu")
            return Operation(relu or node, readings, Sum(relu=relu is not None))
        return Operation(node, readings, self._kernel(node, name, readings))

    def _kernel(self, node: fx.Node, name: str, readings: tuple[Reading, ...]) -> Kernel:
        if name in IDENTITIES:
            return Same()
        if name.startswith("max_pool"):
            return MaximumPool(node, readings[0])
        if name.startswith("avg_pool"):
            return Differentiated(average_pool(node))
        if name in {"pad", "constant_pad_nd"}:
            fill = argument(node, "value", 3 if name == "pad" else 2)
            return Differentiated(lambda x: pad(x, readings[0], float(fill or 0)))
        if name == "cat" and len(readings) == len(node.all_input_nodes) == len(node.args[0]):  # type: ignore[arg-type]
            return Join()
        sources = [reading.source for reading in readings]
        constants = {each: self._constant(each) for each in node.all_input_nodes if each not in sources}
        return Differentiated(call(node, sources, constants))

    def _convolution(self, node: fx.Node) -> Operation:
        normalization = self._next(node, "batch_norm")
        relu = self._next(normalization or node, "relu")
        weight, bias = (
            None if each is None else each.to(self.device, self.dtype)
            for each in weights(node, normalization, self.network)
        )
        assert weight is not None
        readings = self.cone.readings[node]
        kernel = Convolution(node, readings[0], weight, bias, relu=relu is not None)
        return Operation(relu or normalization or node, readings, kernel)

    def _next(self, node: fx.Node, name: str) -> fx.Node | None:
        """The operation `name` that alone reads `node`; it is then part of what comes before."""
        readers = self.readers.get(node, [])
        if len(readers) != 1 or operation(readers[0]) != name:
            return None
        self.joined.add(readers[0])
        return readers[0]

    def _constant(self, node: fx.Node) -> Any:
        found = value(node, self.network)
        return found.to(self.device) if isinstance(found, Tensor) else found
