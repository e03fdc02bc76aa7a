"""The inverse of identity plus R_TV's Laplacian, exactly, by cosine transforms.

R_TV's replicated border makes its Laplacian diagonal in the type-2 discrete cosine basis, so that a stiff quadratic
prior can be taken implicitly for the price of a few small matrix products.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


class Smoother:
    """(I + L)^-1 on (batch, channel, time, height, width); L: Laplacian, kappa over space, chi over time."""

    def __init__(self, shape: torch.Size, device: torch.device) -> None:
        self.bases = [cosine_basis(n, device) for n in shape[2:]]
        time, height, width = (
            squared_frequency(n, device).view(*(-1 if i == axis else 1 for i in range(3)))
            for axis, n in enumerate(shape[2:])
        )
        self.space, self.time = height + width, time

    def __call__(self, x: Tensor, *, kappa: Tensor, chi: Tensor) -> Tensor:
        """Smooth x. kappa, chi: (batch,), one weight per sample."""
        column = (-1, 1, 1, 1, 1)
        spectrum = _transform(x, self.bases)
        spectrum /= 1 + kappa.view(column) * self.space + chi.view(column) * self.time
        return _transform(spectrum, [basis.T for basis in self.bases])


def cosine_basis(n: int, device: torch.device) -> Tensor:
    """Orthonormal type-2 cosine basis, (n, n): row k is the k-th wave."""
    k = torch.arange(n, device=device, dtype=torch.float64)
    basis = torch.cos(math.pi / n * k[:, None] * (k[None, :] + 0.5)) * math.sqrt(2 / n)
    basis[0] /= math.sqrt(2)
    return basis.float()


def squared_frequency(n: int, device: torch.device) -> Tensor:
    """Eigenvalues of the discrete Laplacian with replicated borders, (n,): 4 sin^2(pi k / 2n)."""
    k = torch.arange(n, device=device, dtype=torch.float64)
    return (4 * torch.sin(math.pi * k / (2 * n)) ** 2).float()


def _transform(x: Tensor, bases: list[Tensor]) -> Tensor:
    time, height, width = bases
    y = height @ (x @ width.T)
    return y if x.shape[2] == 1 else (time @ y.flatten(3)).view(y.shape)
