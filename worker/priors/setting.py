"""What every prior is given: the parameters, the canvases and how many slots there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from contract.spec import Parameters
from worker.canvas import Canvas


@dataclass(frozen=True)
class Setting:
    """The frame in which `slots` pictures are made.

    parameters: the same in every slot but for seed and chi. seen: per canvas, whether the layer depends on it.
    """

    parameters: Parameters
    canvases: Sequence[Canvas]
    slots: int
    seen: Sequence[bool]
    device: torch.device

    def still(self, c: Canvas) -> bool:
        """Whether a stream is one frame, shown to the network again and again."""
        return self.parameters.still and c.stream.kind == "clip"

    def shapes(self) -> list[tuple[int, ...]]:
        """Per stream (slots, channel, time, height, width)."""
        return [(self.slots, *c.shape(still=self.still(c))) for c in self.canvases]
