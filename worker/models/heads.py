"""Attention heads as units: how strongly a head speaks, before the output projection mixes the heads.

A head's output at a token is a vector, a slice of what the projection reads. Its activation is the root mean square of
the slice: the same however the network's training has turned the slice's axes, which mean nothing by themselves
(norm-based analysis of attention: Kobayashi et al., EMNLP 2020).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from contract.catalogue import LayerCard
from worker.models.call import operation, shape_of
from worker.models.rules import JOINS, MOVES, SAME, moved

NAME = "heads"
"""The heads that the linear map at a path reads are the layer `path.heads`."""

SOFTMAX = {"softmax", "_softmax", "_safe_softmax"}
PRODUCTS = {"matmul", "bmm", "einsum"}
SMALLEST = 1e-6
"""Keeps the slope of a root finite at zero."""


def path_of(projection: str) -> str:
    """The path of the heads that a linear map reads."""
    return f"{projection}.{NAME}"


def count(projection: fx.Node) -> int | None:
    """How many heads the linear map `projection` reads, each a slice of its input; None where it reads no heads."""
    moves, node = [], projection.all_input_nodes[0]
    while operation(node) in MOVES | SAME | set(JOINS) and node.all_input_nodes:
        moves += [node] if operation(node) in MOVES else []
        node = node.all_input_nodes[0]
    shape = shape_of(node)
    if not _attends(node) or shape_of(projection.all_input_nodes[0])[-1] % shape[-1]:
        return None
    number = torch.arange(math.prod(shape[:-2]), dtype=torch.int32).view(*shape[:-2], 1, 1).expand(shape)
    for move in reversed(moves):
        number = moved(move, number)
    slices = number.unflatten(-1, (-1, shape[-1]))
    return slices.shape[-2] if torch.equal(slices, slices[..., :1].expand_as(slices)) else None


def _attends(node: fx.Node) -> bool:
    """Whether a call weighs values by attention."""
    if operation(node) == "scaled_dot_product_attention":
        return True
    return operation(node) in PRODUCTS and any(operation(_source(each)) in SOFTMAX for each in node.all_input_nodes)


def _source(node: fx.Node) -> fx.Node:
    while operation(node) in MOVES | SAME and node.all_input_nodes:
        node = node.all_input_nodes[0]
    return node


class Heads(nn.Module):
    """A layer whose units are the heads that a linear map reads; it runs only while somebody listens to it."""

    def __init__(self, heads: int) -> None:
        super().__init__()
        self.heads = heads

    def forward(self, joined: Tensor) -> Tensor:
        """(..., heads * width) -> (..., heads)."""
        return joined.float().unflatten(-1, (self.heads, -1)).square().mean(-1).add(SMALLEST**2).sqrt()

    def extra_repr(self) -> str:
        """The number of heads."""
        return str(self.heads)


def attach(module: nn.Module, layers: Sequence[LayerCard]) -> None:
    """Give a network the layers of heads that are on its card, each beside the linear map that reads them.

    The network's structure, names and values stay as they are.
    """
    found = [layer for layer in layers if layer.kind == NAME]
    if not found or _Listener.NAME in module.__dict__:
        return
    listener = _Listener()
    for layer in found:
        projection = module.get_submodule(layer.path.removesuffix(f".{NAME}"))
        heads = Heads(layer.units)
        projection.__dict__[NAME] = heads
        listener.known.append((projection, heads))
    module.__dict__[_Listener.NAME] = listener
    module.register_forward_pre_hook(listener.begin)
    module.register_forward_hook(listener.end, always_call=True)


class _Listener:
    """Runs heads when a forward pass of the network comes to their projection, as a module or by its weight alone."""

    NAME = "listener_of_heads"

    def __init__(self) -> None:
        self.known: list[tuple[nn.Module, Heads]] = []
        self.watching: list[_Watch | None] = []

    def begin(self, _module: nn.Module, _inputs: Any) -> None:
        """Before a forward pass."""
        heard = {id(part.weight): heads for part, heads in self.known if heads._forward_hooks}
        watch = _Watch(heard) if heard else None
        self.watching.append(watch)
        if watch:
            watch.__enter__()

    def end(self, _module: nn.Module, _inputs: Any, _output: Any) -> None:
        """After it, however it ended."""
        watch = self.watching.pop()
        if watch:
            watch.__exit__(None, None, None)


class _Watch(TorchFunctionMode):
    """Sees every call of `linear`. heard: heads by the identity of the weight that they are multiplied with."""

    def __init__(self, heard: dict[int, Heads]) -> None:
        super().__init__()
        self.heard = heard

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = kwargs or {}
        if func is functional.linear:
            heads = self.heard.get(id(args[1] if len(args) > 1 else given["weight"]))
            if heads:
                heads(args[0] if args else given["input"])
        return func(*args, **given)
