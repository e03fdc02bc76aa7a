"""What a picture may be: the ways in which an input is held to what is natural."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from contract.spec import Parameters
from worker.canvas import Canvas
from worker.priors.paper import Paper
from worker.priors.prior import Prior


def prior(
    parameters: Parameters, canvases: Sequence[Canvas], *, slots: int, seen: Sequence[bool], device: torch.device
) -> Prior:
    """The prior that `parameters` name, for `slots` pictures. seen: per stream, whether the layer depends on it."""
    return Paper(parameters, canvases, slots=slots, seen=seen, device=device)
