"""Convolutions, kernels and multiplications of a network, counted on tensors without values."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

CONVOLUTIONS = (nn.Conv2d, nn.Conv3d)


@dataclass
class Count:
    parameters: int = 0
    convolutions: int = 0
    kernels: int = 0
    products: int = 0


def count(build: Callable[[], nn.Module], *shapes: tuple[int, ...]) -> Count:
    """What a forward pass over inputs of `shapes` takes; kernels are the units of all convolutions."""
    with torch.device("meta"):
        network = build().eval()
        inputs = [torch.empty(shape) for shape in shapes]
    found = Count(parameters=sum(weight.numel() for weight in network.parameters()))

    def note(part: nn.Module, _inputs: object, output: torch.Tensor) -> None:
        found.products += math.prod(output.shape) * math.prod(part.weight.shape[1:])
        if isinstance(part, CONVOLUTIONS):
            found.convolutions += 1
            found.kernels += part.out_channels

    for part in network.modules():
        if isinstance(part, (*CONVOLUTIONS, nn.Linear)):
            part.register_forward_hook(note)
    network(*inputs)
    return found
