"""Finding 1: how much of a unit's activation each input makes alone."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

JOINT = 0.25
"""Share that each input must have for a unit to count as joint."""


def shares(peaks: Tensor, alone: Mapping[str, Tensor], nothing: Tensor, *, top: int = 5) -> dict[str, Tensor]:
    """Per input (units,): (a(input) - a(nothing)) / (a(both) - a(nothing)), over each unit's `top` clips.

    All are (clips, units), at the place of the peak. Differences are summed over clips before they are divided, so
    that a clip that hardly moves the unit counts little. NaN where both inputs together do not raise the unit.
    """
    rows = peaks.topk(min(top, len(peaks)), dim=0).indices
    whole = (peaks - nothing).gather(0, rows).sum(0)
    whole = torch.where(whole > 1e-6 * peaks.abs().amax(0).clamp_min(1e-12), whole, torch.nan)
    return {name: (value - nothing).gather(0, rows).sum(0) / whole for name, value in alone.items()}


def interaction(shares: Mapping[str, Tensor]) -> Tensor:
    """What only both inputs together do: 1 - sum of the shares, (units,). 0 by construction at a linear fusion."""
    return 1 - torch.stack(list(shares.values())).sum(0)


def joint(shares: Mapping[str, Tensor]) -> Tensor:
    """Whether each input has at least a quarter, (units,)."""
    return torch.stack(list(shares.values())).amin(0) >= JOINT


def histogram(share: Tensor, *, bins: int = 10) -> tuple[int, ...]:
    """Units by their share of one input, equal bins of 0..1; what lies beyond goes to the outer ones."""
    kept = share[~share.isnan()].clamp(0, 1)
    return tuple(int(count) for count in torch.histc(kept, bins, 0, 1))
