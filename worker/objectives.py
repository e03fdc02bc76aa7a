"""What is maximized, before the ReLU. Knows nothing of how activations were computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor

from contract.catalogue import LayerCard
from contract.spec import Parameters
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


def middle(activation: Tensor, *, causal: bool) -> Tensor:
    """All units in the middle cell, (batch, units); of causal networks in the last frame.

    activation: (batch, units, time, height, width).
    """
    _, _, frames, height, width = activation.shape
    frame = frames - 1 if causal else frames // 2
    return activation[:, :, frame, height // 2, width // 2]


@dataclass(frozen=True)
class Objective:
    """What is increased, per sample; and the unit's own activation, in units of its reference."""

    target: Literal["cell", "channel", "layer"]
    negative: bool
    contrast: float = 0.0

    @property
    def reads_map(self) -> bool:
        """Whether the whole map is needed, not the target cell alone."""
        return self.target != "cell"

    def __call__(
        self, execution: Any, inputs: Sequence[Tensor], units: Tensor, reference: Tensor
    ) -> tuple[Tensor, Tensor]:
        """(batch,) objective, (batch,) activation of the first unit.

        units: (batch, k): the unit, and its rival if there is one; the rival counts against it on the same scale. With
        contrast the unit and all others: the logarithm of the sum of their exponentials, which is about the largest of
        their logits, counts against it as much as `contrast` says. With 1 the value is the logarithm of the odds.
        """
        if self.target == "layer":
            maps = execution.map(inputs)
            value = (maps / reference.view(-1, 1, 1, 1, 1)).square().flatten(1).mean(1) / 2
            activation = maps.mean((2, 3, 4)).gather(1, units)
        else:
            activation = (
                execution.map(inputs).mean((2, 3, 4)).gather(1, units)
                if self.target == "channel"
                else execution.cells(inputs, units)
            )
            against = self.contrast * activation[:, 1:].logsumexp(1) if self.contrast else activation[:, 1:].sum(1)
            value = (activation[:, 0] - against) / reference
        return (-value if self.negative else value), activation[:, 0].detach() / reference


def objective(parameters: Parameters) -> Objective:
    """The objective that a request asks for."""
    return Objective(parameters.objective, parameters.negative, parameters.contrast)
