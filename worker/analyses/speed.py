"""Finding 3: does a unit mind how fast things move?"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor


def tuning(replays: Mapping[float, Tensor], *, top: int = 5) -> Tensor:
    """Response at every speed relative to the largest, (speeds, units).

    replays: by speed, peaks (clips, units) of the same clips. Each unit is judged by the `top` clips that excite it
    most at any speed, so that no speed is preferred by the choice. NaN for units that never fire.
    """
    stacked = torch.stack(list(replays.values())).clamp_min(0)
    rows = stacked.amax(0).topk(min(top, stacked.shape[1]), dim=0).indices
    curve = stacked.gather(1, rows.expand(len(stacked), -1, -1)).mean(1)
    best = curve.amax(0)
    return curve / torch.where(best > 0, best, torch.nan)


def invariance(curve: Tensor) -> Tensor:
    """Mean over speeds of a response relative to its largest, (units,): 1 minds no speed, 1/speeds answers to one."""
    return curve.mean(0)
