"""The priors of the method on a canvas: local energy R_B with its projection, and local frequency R_TV.

Each works on (batch, channel, time, height, width) in fp32 and returns one value per sample, so that the samples of
a batch stay independent. Source: Feichtenhofer et al., CVPR 2018; Mahendran & Vedaldi, IJCV 2016.

The gradients are written out: automatic differentiation of a handful of element-wise steps would cost more than a
small network does.
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


def energy_gradient(x: Tensor, *, alpha: float) -> Tensor:
    """Gradient of `energy`: alpha ||x||^(alpha - 2) x, of the shape of x."""
    power = x.square().sum(1, keepdim=True).clamp_min(1e-12).pow(alpha / 2 - 1)
    return x * (alpha * power)


def variation_gradient(x: Tensor, *, kappa: Tensor, chi: Tensor) -> Tensor:
    """Gradient of `variation`: minus twice the weighted discrete Laplacian, of the shape of x."""
    gradient = torch.zeros_like(x)
    for dim, weight in ((2, chi), (3, kappa), (4, kappa)):
        steps = x.diff(dim=dim).mul_(2 * weight.view(-1, 1, 1, 1, 1))
        count = x.shape[dim] - 1
        gradient.narrow(dim, 1, count).add_(steps)
        gradient.narrow(dim, 0, count).sub_(steps)
    return gradient


def project(x: Tensor, *, bound: float) -> Tensor:
    """The nearest point with every pixel's channel vector of norm <= bound: x * min(bound / ||x||, 1)."""
    square = x.square().sum(1, keepdim=True)  # vector_norm over this axis is 40 times slower on a CPU
    return x * square.clamp_min(1e-12).rsqrt().mul_(bound).clamp_max_(1.0)


def _squares(x: Tensor, dim: int) -> Tensor:
    return x.diff(dim=dim).square().flatten(1).sum(1)
