"""Finding 2: does a unit answer to one class or to all? And which units answer alike?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor


def profile(values: Tensor, labels: Sequence[int | None], present: Sequence[int]) -> Tensor:
    """Mean over the clips of each class, (classes, units). values: (clips, units)."""
    numbers = torch.tensor([-1 if label is None else label for label in labels])
    means = [values[numbers == label].mean(0) for label in present]
    return torch.stack(means) if means else values[:0]


def selectivity(profile: Tensor) -> Tensor:
    """1 - entropy of a unit's positive responses over classes / log(classes), (units,): 1 one class, 0 all alike.

    NaN for units without a positive response, and where there are fewer than two classes.
    """
    if len(profile) < 2:
        return torch.full((profile.shape[1],), math.nan)
    share = profile.double().clamp_min(0)
    share = share / share.sum(0)
    entropy = -torch.xlogy(share, share).sum(0) / math.log(len(profile))
    return (1 - entropy).float().clamp(0, 1)


def neighbours(peaks: Tensor, *, count: int = 6) -> tuple[Tensor, Tensor]:
    """For every unit the units of its layer whose peaks over the clips correlate most: numbers and correlations.

    peaks: (clips, units). Both answers are (units, count); fewer where the layer has fewer. A unit that answers to
    all clips alike correlates with none: 0.
    """
    centred = peaks.float() - peaks.float().mean(0)
    norms = centred.norm(dim=0)
    unit = torch.where(norms > 1e-6 * peaks.abs().amax(0).clamp_min(1e-12), centred / norms.clamp_min(1e-12), 0.0)
    correlation = unit.T @ unit
    correlation.fill_diagonal_(-2)
    best = correlation.topk(min(count, len(correlation) - 1), dim=1)
    return best.indices, best.values
