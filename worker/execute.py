"""The network, stopped at a layer: frozen, without what the layer does not need, in low precision where it pays.

Knows nothing of objectives. The module it is given is never changed.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, fx, nn

Forward = Callable[[Sequence[Tensor]], Tensor]
"""Network inputs, one per stream -> the layer's raw output."""


class _Reached(Exception):
    """Carries a layer's output out of a forward pass that need not go on."""

    def __init__(self, output: Tensor) -> None:
        self.output = output


def truncate(module: nn.Module, layer: str, *, device: torch.device, dtype: torch.dtype = torch.float32) -> Forward:
    """A function from the network's inputs to the output of the module at dotted path `layer`.

    Weights are copied, frozen and cast to `dtype`; everything outside convolutions and matrix products stays fp32
    (autocast). Where `torch.fx` can trace the network, what the layer does not need is cut away (the other stream,
    the layers above); elsewhere the forward pass is left as soon as the layer has run.
    Raises AttributeError for an unknown path.
    """
    network = _frozen(module, device, dtype)
    run = _subgraph(network, layer) or _interrupted(network, layer)
    mixed = torch.autocast(device.type, dtype=dtype) if dtype != torch.float32 else contextlib.nullcontext()

    def forward(inputs: Sequence[Tensor]) -> Tensor:
        with mixed:
            return run(*inputs).float()

    return forward


def fast_dtype(module: nn.Module, device: torch.device) -> torch.dtype:
    """bf16 where the machine has matrix units for it (AMX, tensor cores) and the network can use them, else fp32.

    Depthwise convolutions are no matrix products: on a CPU networks built of them are slower in bf16.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    convolutions = [part for part in module.modules() if isinstance(part, (nn.Conv2d, nn.Conv3d))]
    depthwise = sum(part.groups > 1 and part.groups == part.in_channels for part in convolutions)
    pays = torch.cpu._is_amx_tile_supported() and 5 * depthwise <= len(convolutions)
    return torch.bfloat16 if pays else torch.float32


def _frozen(module: nn.Module, device: torch.device, dtype: torch.dtype) -> nn.Module:
    network = copy.deepcopy(module).eval().requires_grad_(False).to(device)
    for part in network.modules():
        if isinstance(part, (nn.Conv2d, nn.Conv3d, nn.Linear)):
            part.to(dtype)
    return network


def _subgraph(network: nn.Module, layer: str) -> Callable[..., Tensor] | None:
    """The traced network cut at `layer`; None where it cannot be traced or the layer is not one call of it."""
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


def _interrupted(network: nn.Module, layer: str) -> Callable[..., Tensor]:
    target = network.get_submodule(layer)

    def stop(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
        raise _Reached(output)

    def run(*inputs: Tensor) -> Tensor:
        handle = target.register_forward_hook(stop)
        try:
            network(*inputs)
        except _Reached as reached:
            return reached.output
        finally:
            handle.remove()
        raise RuntimeError(f"layer {layer!r} did not run in a forward pass")

    return run
