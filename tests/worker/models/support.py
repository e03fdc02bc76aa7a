"""What a middle cell sees, by the gradient: the other way to a receptive field."""

from __future__ import annotations

import torch
from torch import nn

from contract.catalogue import Stream
from worker.models import graph


def support(module: nn.Module, path: str, streams: tuple[Stream, ...]) -> dict[str, tuple[int, int]]:
    """Per stream, frames and side of the region with a gradient from the middle cell, all weights made positive."""
    for weight in module.parameters():
        weight.data = weight.data.abs() + 0.1
    inputs = [torch.rand(shape, requires_grad=True) for shape in map(graph.shape_of, streams)]
    seen = {}
    handle = module.get_submodule(path).register_forward_hook(lambda _m, _i, out: seen.update(out=out))
    module(*inputs)
    handle.remove()
    out = seen["out"]
    middle = tuple(slice(None) if i < 2 else size // 2 for i, size in enumerate(out.shape))
    gradients = torch.autograd.grad(out[middle].sum(), inputs, allow_unused=True)
    reached = {}
    for stream, gradient in zip(streams, gradients, strict=True):
        if gradient is not None and gradient.any():
            places = gradient[0].sum(0).nonzero() if gradient.ndim == 5 else gradient[0].sum(0)[None].nonzero()
            extent = places.max(0).values - places.min(0).values + 1
            reached[stream.name] = (int(extent[0]), int(extent[-1]))
    return reached
