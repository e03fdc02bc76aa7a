"""What the loop needs of a prior: the state of a fixed number of pictures, each a problem of its own."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from contract.spec import VisualizationSpec


class Prior(Protocol):
    """The pictures of a run's slots.

    Pictures are canvases, (slots, channel, time, height, width) per stream, in grey levels about the mean.
    """

    def begin(self, slot: int, spec: VisualizationSpec, generator: torch.Generator) -> None:
        """Put a fresh picture into a slot: noise from `generator`, the weights of `spec`."""
        ...

    def pictures(self) -> list[Tensor]:
        """The present pictures, one tensor per stream."""
        ...

    def advance(self, gradients: list[Tensor], decay: Tensor) -> None:
        """One step. gradients: of the data term (to be increased). decay: (slots,), factor on the step size."""
        ...
