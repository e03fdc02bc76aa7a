"""What a picture may be: the ways in which an input is held to what is natural."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from contract.spec import VisualizationSpec
from worker.priors.fourier import Fourier
from worker.priors.paper import Paper
from worker.priors.phase import Phase
from worker.priors.setting import Setting

PRIORS = {"paper": Paper, "fourier": Fourier, "phase": Phase, "features": Paper}
"""What the pictures are made of; what `features` adds is a penalty (worker/penalties/features.py)."""


class Prior(Protocol):
    """The pictures of a fixed number of slots, each a problem of its own, and how they take a step.

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

    def state(self, slot: int) -> list[Tensor]:
        """What changes in a slot from step to step, as views that can be read and written."""
        ...


def prior(setting: Setting) -> Prior:
    """The prior that the parameters of `setting` name."""
    return PRIORS[setting.parameters.prior](setting)
