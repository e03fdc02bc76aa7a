"""Maps with the mean and deviation that every channel had over the training clips, as batch normalization kept them.

Sources: LEAPS (Stergiou and Deligiannis, ICCV 2023) for clips, DeepInversion (Yin et al., CVPR 2020). There the moments
are compared as they are; here in units of a channel's deviation, so that one weight serves every network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from worker.execute import Observed
from worker.models.model import Moments


class Features:
    """weight * mean over layers of (mean - its usual)^2 + (variance - its usual)^2, each over channels."""

    def __init__(self, observed: Observed, moments: Mapping[str, Moments], weight: float) -> None:
        """observed: the network's maps at the layers of `moments`."""
        self.observed, self.moments, self.weight = observed, moments, weight

    def __call__(self, inputs: Sequence[Tensor]) -> Tensor:
        """(slots,), differentiable in `inputs`."""
        maps = self.observed(inputs)
        return self.weight * torch.stack([_distance(maps[path], self.moments[path]) for path in maps]).mean(0)


def _distance(output: Tensor, usual: Moments) -> Tensor:
    """(batch,) of a convolution's raw output, (batch, channel, ...)."""
    deviation = usual.deviation.to(output).clamp_min(1e-3)
    flat = output.flatten(2)
    mean = (flat.mean(2) - usual.mean.to(output)) / deviation
    variance = flat.var(2, correction=0) / deviation.square() - 1
    return (mean.square() + variance.square()).mean(1)
