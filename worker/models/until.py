"""A network that ends with one of its layers, whatever its forward pass does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor, fx, nn


class _Reached(Exception):
    """Carries the layer's output out of the forward pass."""

    def __init__(self, output: Tensor) -> None:
        self.output = output


class Until(nn.Module):
    """A network that ends with a layer."""

    def __init__(self, network: nn.Module, layer: str) -> None:
        super().__init__()
        self.network, self.layer = network, layer

    def forward(self, *inputs: Tensor) -> Tensor:
        """The layer's output. Raises RuntimeError where the layer does not run."""

        def stop(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
            raise _Reached(output)

        handle = self.network.get_submodule(self.layer).register_forward_hook(stop)
        try:
            self.network(*inputs)
        except _Reached as reached:
            return reached.output
        finally:
            handle.remove()
        raise RuntimeError(f"layer {self.layer!r} did not run in a forward pass")


def cut(network: nn.Module, layer: str) -> Callable[..., Tensor] | None:
    """The network without what the layer does not need, as `torch.fx` traces it: the other stream, the layers above.

    None where it cannot be traced or the layer is not one call of it. Raises AttributeError for an unknown layer.
    """
    network.get_submodule(layer)
    try:
        traced = fx.symbolic_trace(network)
    except Exception:  # tracing runs the user's forward on proxies: anything may be raised, and another way exists
        return None
    calls = [node for node in traced.graph.nodes if node.op == "call_module" and node.target == layer]
    if len(calls) != 1:
        return None
    _end_at(traced.graph, calls[0])
    traced.delete_all_unused_submodules()
    traced.recompile()
    return traced


def _end_at(graph: fx.Graph, last: fx.Node) -> None:
    (output,) = (node for node in graph.nodes if node.op == "output")
    graph.erase_node(output)
    graph.output(last)
    graph.eliminate_dead_code()
