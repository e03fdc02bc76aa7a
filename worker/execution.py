"""What an objective needs of a network: the target cell of a layer as a function of the inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from torch import Tensor

from contract.catalogue import LayerCard
from worker.objectives import as_map, middle

Forward = Callable[[Sequence[Tensor]], Tensor]
"""Network inputs, one per stream -> the layer's raw output."""

Kind = Literal["cone", "network"]


class Execution(Protocol):
    """What an objective on one cell needs of a network."""

    kind: Kind

    def cells(self, inputs: Sequence[Tensor], units: Tensor) -> Tensor:
        """Raw activations of the target cell, (batch, k), of the units (batch, k); differentiable in `inputs`."""
        ...


class Whole:
    """The network up to a layer, on the whole frame."""

    kind: Kind = "network"

    def __init__(self, forward: Forward, layer: LayerCard, *, causal: bool) -> None:
        self.forward, self.layer, self.causal = forward, layer, causal

    def map(self, inputs: Sequence[Tensor]) -> Tensor:
        """The layer's output as (batch, units, time, height, width)."""
        return as_map(self.forward(inputs), len(inputs[0]), self.layer)

    def cells(self, inputs: Sequence[Tensor], units: Tensor) -> Tensor:
        """The target cell of the map: the middle one; of causal networks in the last frame."""
        return middle(self.map(inputs), causal=self.causal).gather(1, units)
