"""What is maximized: one cell of one unit, before the ReLU. Knows nothing of how the map was computed."""

from __future__ import annotations

import torch
from torch import Tensor

from contract.catalogue import LayerCard
from worker.layout import unfold


def as_map(output: Tensor, batch: int, layer: LayerCard | None = None) -> Tensor:
    """A layer's output as (batch, units, time, height, width), by the layout on its card.

    Without one: (N, C), (N, C, H, W), (N, C, T, H, W), tokens (N, positions, C), and 2D convolutions that fold time
    into the batch, (N*T, C, H, W). Raises ValueError for any other shape.
    """
    if layer is not None and layer.layout:
        cells = {"T": layer.frames, "H": layer.height, "W": layer.width}
        return unfold(output, layer.layout, batch=batch, cells=cells)
    if output.shape[0] != batch:
        if output.ndim != 4 or output.shape[0] % batch:
            raise ValueError(f"an output of shape {tuple(output.shape)} does not belong to a batch of {batch}")
        return output.unflatten(0, (batch, -1)).transpose(1, 2)
    if output.ndim == 2:
        return output[:, :, None, None, None]
    if output.ndim == 3:
        return output.transpose(1, 2)[:, :, :, None, None]
    if output.ndim == 4:
        return output.unsqueeze(2)
    if output.ndim == 5:
        return output
    raise ValueError(f"an output of shape {tuple(output.shape)} is not a map of units")


def cell(activation: Tensor, units: Tensor, *, causal: bool) -> Tensor:
    """Activation of sample i's own unit in the middle cell, (batch,); in the last frame of causal networks.

    activation: (batch, units, time, height, width); units: (batch,).
    """
    _, _, frames, height, width = activation.shape
    frame = frames - 1 if causal else frames // 2
    samples = torch.arange(len(units), device=activation.device)
    return activation[samples, units, frame, height // 2, width // 2]
