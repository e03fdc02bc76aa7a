"""The network as a list of operations on maps, as they ran on an example.

A map is a value of shape (batch, channel, ...axes): two axes for images, three for clips. Constants are parameters,
buffers and what is computed from them alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, fx, nn
from torch.fx.experimental.proxy_tensor import make_fx

from worker.models.call import CONVOLUTIONS, in_place, operation
from worker.models.graph import quiet
from worker.models.until import Until, cut


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
    traced = _traced(Until(module, layer), inputs)
    if traced is None:  # perhaps another stream, which the layer does not need, is given too little
        alone = cut(module, layer) if len(inputs) > 1 else None
        traced = _traced(alone, inputs) if alone else None
    if traced is None:
        return None
    _out_of_place(traced.graph)
    last = next(node for node in traced.graph.nodes if node.op == "output").args[0]
    if not isinstance(last, fx.Node) or operation(last) not in CONVOLUTIONS | {"linear"}:
        return None
    needed = _ancestors(last)
    given = [node for node in traced.graph.nodes if node.op == "placeholder"]
    return Subgraph(
        nodes=tuple(node for node in traced.graph.nodes if node in needed and node.op == "call_function"),
        inputs=tuple(node if node in needed else None for node in given),
        constants={node: _constant(traced, node) for node in needed if node.op == "get_attr"},
    )


def _traced(network: Callable[..., Tensor], inputs: Sequence[Tensor]) -> fx.GraphModule | None:
    trace = make_fx(network, tracing_mode="fake", pre_dispatch=True, _allow_non_fake_inputs=True)
    try:
        with quiet(), torch.no_grad():
            return trace(*inputs)
    except Exception:  # the user's forward runs here: anything may be raised, and the network can run uncut
        return None


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
        if node.op == "call_function" and in_place(node) and node.all_input_nodes:
            old = node.all_input_nodes[0]
            old.replace_all_uses_with(node, delete_user_cb=lambda user, node=node: order[user] > order[node])
