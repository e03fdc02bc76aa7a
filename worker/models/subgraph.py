"""The network as a list of operations on maps, as they ran on an example; and how a sliding window reads.

A map is a value of shape (batch, channel, ...axes): two axes for images, three for clips. Constants are parameters,
buffers and what is computed from them alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.fx.experimental.proxy_tensor import make_fx

from worker.models.until import Until

CONVOLUTIONS = {"conv2d", "conv3d"}
POOLS = {"max_pool2d", "max_pool3d", "avg_pool2d", "avg_pool3d"}


@dataclass(frozen=True)
class Window:
    """How an operation reads one axis: output cell i reads i * stride - before + dilation * (0 .. kernel - 1)."""

    kernel: int = 1
    stride: int = 1
    before: int = 0
    dilation: int = 1

    def reads(self, low: int, high: int) -> tuple[int, int]:
        """Half-open range of input cells that the output cells low .. high - 1 read; it may leave the input."""
        first = low * self.stride - self.before
        last = (high - 1) * self.stride - self.before + self.dilation * (self.kernel - 1)
        return first, last + 1


@dataclass(frozen=True)
class Subgraph:
    """The operations that a layer's output needs, in execution order.

    nodes: call_function nodes, the last one the layer. inputs: the network's inputs, None where it is not needed.
    constants: values of parameters and buffers.
    """

    nodes: tuple[fx.Node, ...]
    inputs: tuple[fx.Node | None, ...]
    constants: dict[fx.Node, Tensor]


def read(module: nn.Module, inputs: Sequence[Tensor], layer: str) -> Subgraph | None:
    """The graph of `module` on `inputs` up to the convolution or linear map `layer`, the first time that it runs.

    The inputs need not be large enough for what comes behind the layer. None where the way there depends on values.
    """
    trace = make_fx(Until(module, layer), tracing_mode="fake", pre_dispatch=True, _allow_non_fake_inputs=True)
    try:
        with torch.no_grad():
            traced = trace(*inputs)
    except Exception:  # the user's forward runs here: anything may be raised, and the network can run uncut
        return None
    _out_of_place(traced.graph)
    last = next(node for node in traced.graph.nodes if node.op == "output").args[0]
    if not isinstance(last, fx.Node) or name(last) not in CONVOLUTIONS | {"linear"}:
        return None
    needed = _ancestors(last)
    given = [node for node in traced.graph.nodes if node.op == "placeholder"]
    return Subgraph(
        nodes=tuple(node for node in traced.graph.nodes if node in needed and node.op == "call_function"),
        inputs=tuple(node if node in needed else None for node in given),
        constants={node: _constant(traced, node) for node in needed if node.op == "get_attr"},
    )


def name(node: fx.Node) -> str:
    """The operation of a node: conv3d, relu_, cat, ..."""
    return str(getattr(node.target, "__name__", node.target)).split(".")[0]


def shape(node: fx.Node) -> torch.Size:
    """Shape of a node's value on the inputs that the graph was read with."""
    return node.meta["val"].shape


def windows(node: fx.Node) -> tuple[Window, ...]:
    """How a convolution or pooling reads each axis. Raises ValueError for any other operation."""
    operation = name(node)
    rank = int(operation[-2]) if operation in CONVOLUTIONS | POOLS else 0
    if not rank:
        raise ValueError(f"{operation} does not slide")
    if operation in CONVOLUTIONS:
        kernel = [int(n) for n in shape(node.args[1])[-rank:]]  # type: ignore[arg-type]
        stride, padding, dilation = (argument(node, key, at) for key, at in _CONVOLUTION)
        dilation = _numbers(dilation, rank, 1)
        before = _same(kernel, dilation) if padding == "same" else _numbers(padding, rank, 0)
        strides = _numbers(stride, rank, 1)
    else:
        kernel = _numbers(argument(node, "kernel_size", 1), rank, 1)
        stride = argument(node, "stride", 2)
        strides = _numbers(stride, rank, 1) if stride else kernel
        before = _numbers(argument(node, "padding", 3), rank, 0)
        dilation = _numbers(argument(node, "dilation", 4) if operation.startswith("max") else 1, rank, 1)
    return tuple(Window(*each) for each in zip(kernel, strides, before, dilation, strict=True))


_CONVOLUTION = (("stride", 3), ("padding", 4), ("dilation", 5))


def argument(node: fx.Node, key: str, place: int) -> Any:
    """An argument of a call, given by place or by name; None if it is not given."""
    return node.args[place] if place < len(node.args) else node.kwargs.get(key)


def _numbers(value: Any, rank: int, default: int) -> list[int]:
    if value is None or value == [] or value == "valid":
        return [default] * rank
    numbers = [value] if isinstance(value, int) else [int(v) for v in value]
    return numbers * rank if len(numbers) == 1 else numbers


def _same(kernel: list[int], dilation: list[int]) -> list[int]:
    return [d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True)]


def _constant(traced: fx.GraphModule, node: fx.Node) -> Tensor:
    value = getattr(traced, str(node.target))
    assert isinstance(value, Tensor)
    return value.detach()


def _ancestors(node: fx.Node) -> set[fx.Node]:
    found, todo = {node}, [node]
    while todo:
        for source in todo.pop().all_input_nodes:
            if source not in found:
                found.add(source)
                todo.append(source)
    return found


def _out_of_place(graph: fx.Graph) -> None:
    """Who reads a value after an operation changed it in place reads the changed one, as the running network does."""
    order = {node: place for place, node in enumerate(graph.nodes)}
    for node in graph.nodes:
        changes = node.op == "call_function" and name(node).endswith("_") and node.all_input_nodes
        if changes:
            old = node.all_input_nodes[0]
            old.replace_all_uses_with(node, delete_user_cb=lambda user, node=node: order[user] > order[node])
