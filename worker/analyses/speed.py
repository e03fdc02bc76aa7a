"""Finding 3: does a unit mind how fast things move?"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

SLIGHT = 1e-4
"""Less than this part of its largest activation counts as none: motion does not reach the unit."""


def tuning(replays: Mapping[float, Tensor], rest: Tensor, *, top: int = 5) -> tuple[Tensor, Tensor]:
    """What motion adds at every speed, relative to the most that it adds, (speeds, units).

    And what there is at rest, relative to the most that there is with motion, (units,).

    replays: by speed, peaks (clips, units) of the same clips; rest: their peaks with nothing moving. What a unit
    does at rest minds no speed and would make any unit look invariant, the more the less it listens to motion.
    Each unit is judged by the `top` clips that excite it most at any speed, so that no speed is preferred by the
    choice. NaN for units to which motion adds nothing.
    """
    stacked = torch.stack(list(replays.values()))
    rows = stacked.amax(0).topk(min(top, stacked.shape[1]), dim=0).indices
    whole, still = stacked.gather(1, rows.expand(len(stacked), -1, -1)).mean(1), rest.gather(0, rows).mean(0)
    curve = (whole - still).clamp_min(0)
    best = curve.amax(0)
    kept = still.clamp_min(0) / whole.amax(0).clamp_min(1e-12)
    return curve / torch.where(best > SLIGHT * stacked.abs().amax((0, 1)), best, torch.nan), kept


def invariance(curve: Tensor) -> Tensor:
    """Mean over speeds of a response relative to its largest, (units,): 1 minds no speed, 1/speeds answers to one."""
    return curve.mean(0)
