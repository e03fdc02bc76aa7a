"""The control: the same network with its weights shuffled, so that what it shows was not learned."""

from __future__ import annotations

import copy

import torch
from torch import nn


def shuffled(module: nn.Module, *, seed: int = 0) -> nn.Module:
    """A copy in which the entries of every parameter tensor change places: same sizes, same distributions, no order."""
    generator = torch.Generator().manual_seed(seed)
    network = copy.deepcopy(module)
    with torch.no_grad():
        for parameter in network.parameters():
            order = torch.randperm(parameter.numel(), generator=generator)
            parameter.copy_(parameter.flatten()[order.to(parameter.device)].view_as(parameter))
    return network
