"""How many clips a network names right."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

Read = Callable[[Tensor], "tuple[list[Tensor], Tensor]"]
"""Rows -> network inputs and labels."""


def accuracy(network: nn.Module, read: Read, count: int, *, batch: int = 32) -> float:
    """The share of `count` clips whose own class has the highest score."""
    device = next(network.parameters()).device
    right = 0
    network.eval()
    with torch.inference_mode():
        for rows in torch.arange(count).split(batch):
            inputs, labels = read(rows)
            scores = network(*(x.to(device) for x in inputs))
            right += int((scores.argmax(1).cpu() == labels).sum())
    return right / max(count, 1)
