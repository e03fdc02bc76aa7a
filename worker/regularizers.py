"""The priors of the method on a canvas: local energy R_B with its projection, and local frequency R_TV.

Each works on (batch, channel, time, height, width) in fp32 and returns one value per sample, so that the samples of
a batch stay independent. Source: Feichtenhofer et al., CVPR 2018; Mahendran & Vedaldi, IJCV 2016.

The gradients are written out: automatic differentiation of a handful of element-wise steps would cost more than a
small network does.
"""

from __future__ import annotations

from torch import Tensor


def energy(x: Tensor, *, alpha: float) -> Tensor:
    """N_B: sum over pixels of ||x||^alpha, (batch,). The hard bound of R_B is `project`."""
    return squared_norm(x).clamp_min(1e-12).pow(alpha / 2).flatten(1).sum(1)


def variation(x: Tensor, *, kappa: Tensor, chi: Tensor, screen: float = 0.0) -> Tensor:
    """R_TV: kappa (dx^2 + dy^2 + screen ||x||^2) + chi dt^2, summed, (batch,).

    Forward differences, border replicated (hence zero). kappa, chi: (batch,). screen: in 1 / px^2; what nothing asks
    for dies away over 1 / sqrt(screen) px.
    """
    down = _squares(x, 3)
    right = _squares(x, 4)
    forward = _squares(x, 2)
    level = screen * x.square().flatten(1).sum(1)
    return kappa * (down + right + level) + chi * forward


def energy_gradient(x: Tensor, *, alpha: float, weight: float = 1.0) -> Tensor:
    """Gradient of weight * `energy`: weight alpha ||x||^(alpha - 2) x, of the shape of x."""
    return x * squared_norm(x).clamp_min_(1e-12).pow_(alpha / 2 - 1).mul_(weight * alpha).unsqueeze(1)


def variation_gradient(x: Tensor, *, kappa: Tensor, chi: Tensor, screen: float = 0.0) -> Tensor:
    """Gradient of `variation`: minus twice the weighted discrete Laplacian, of the shape of x."""
    gradient = x * (2 * screen * kappa).view(-1, 1, 1, 1, 1)
    for dim, weight in ((2, chi), (3, kappa), (4, kappa)):
        steps = x.diff(dim=dim).mul_(2 * weight.view(-1, 1, 1, 1, 1))
        count = x.shape[dim] - 1
        gradient.narrow(dim, 1, count).add_(steps)
        gradient.narrow(dim, 0, count).sub_(steps)
    return gradient


def project(x: Tensor, *, bound: float) -> Tensor:
    """The nearest point with every pixel's channel vector of norm <= bound: x * min(bound / ||x||, 1)."""
    return x * squared_norm(x).clamp_min_(1e-12).rsqrt_().mul_(bound).clamp_max_(1.0).unsqueeze(1)


def squared_norm(x: Tensor) -> Tensor:
    """||x||^2 of every pixel, (batch, time, height, width). By channels: a reduction costs several times more."""
    first, *rest = x.unbind(1)
    total = first * first
    for channel in rest:
        total = total.addcmul(channel, channel)
    return total


def _squares(x: Tensor, dim: int) -> Tensor:
    return x.diff(dim=dim).square().flatten(1).sum(1)
