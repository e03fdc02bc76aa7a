"""The priors of the method on a canvas: local energy R_B with its projection, and local frequency R_TV.

Each works on (batch, channel, time, height, width) in fp32 and returns one value per sample, so that the samples of
a batch stay independent. Source: Feichtenhofer et al., CVPR 2018; Mahendran & Vedaldi, IJCV 2016.
"""

from __future__ import annotations

import torch
from torch import Tensor


def energy(x: Tensor, *, alpha: float) -> Tensor:
    """N_B: sum over pixels of ||x||^alpha, (batch,). The hard bound of R_B is `project`."""
    return x.square().sum(1).clamp_min(1e-12).pow(alpha / 2).flatten(1).sum(1)


def variation(x: Tensor, *, kappa: Tensor, chi: Tensor) -> Tensor:
    """R_TV: kappa (dx^2 + dy^2) + chi dt^2, summed, (batch,). Forward differences, border replicated (hence zero).

    kappa, chi: (batch,).
    """
    down = _squares(x, 3)
    right = _squares(x, 4)
    forward = _squares(x, 2)
    return kappa * (down + right) + chi * forward


def project(x: Tensor, *, bound: float) -> Tensor:
    """The nearest point with every pixel's channel vector of norm <= bound: x * min(bound / ||x||, 1)."""
    norm = torch.linalg.vector_norm(x, dim=1, keepdim=True)
    return x * (bound / norm.clamp_min(1e-12)).clamp_max(1.0)


def _squares(x: Tensor, dim: int) -> Tensor:
    return x.diff(dim=dim).square().flatten(1).sum(1)
