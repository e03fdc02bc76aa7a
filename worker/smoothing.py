"""The inverse of identity plus R_TV's Laplacian, exactly, by cosine transforms.

R_TV's replicated border makes its Laplacian diagonal in the type-2 discrete cosine basis, so that a stiff quadratic
prior can be taken implicitly for the price of a few matrix products. Waves are even or odd about the middle: a side is
folded there, and each half of the waves is a product of half the size.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


class Smoother:
    """(I + L)^-1 on (batch, channel, time, height, width); L: Laplacian, kappa over space, chi over time."""

    def __init__(self, shape: torch.Size, device: torch.device, *, screen: float = 0.0, segments: int = 1) -> None:
        """screen: what R_TV adds to every squared frequency over space. segments: pieces of time that lie apart."""
        self.height, self.width = (Waves(n, device) for n in shape[3:])
        snippet = shape[2] // segments
        self.time = torch.block_diag(*[cosine_basis(snippet, device)] * segments)
        rows, columns = self.height.squared, self.width.squared
        # parity of column waves, parity of row waves, row wave, time wave, batch, channel, column wave
        self.space = rows[None, :, :, None, None, None, None] + columns[:, None, None, None, None, None, :] + screen
        self.moving = squared_frequency(snippet, device).repeat(segments)[:, None, None, None]

    def __call__(self, x: Tensor, *, kappa: Tensor, chi: Tensor) -> Tensor:
        """Smooth x. kappa, chi: (batch,), one weight per sample."""
        spectrum = self._analyse(x)
        column = (-1, 1, 1)
        spectrum /= 1 + kappa.view(column) * self.space + chi.view(column) * self.moving
        return self._synthesize(spectrum)

    def _analyse(self, x: Tensor) -> Tensor:
        rows = fold(x.permute(3, 2, 0, 1, 4), 0)  # the folded axis leads, so that a product has one large factor
        y = torch.bmm(self.height.analysis, rows.flatten(2)).view(rows.shape)
        if len(self.time) > 1:
            y = (self.time @ y.flatten(3)).view(y.shape)
        columns = fold(y, 5)
        return torch.bmm(columns.flatten(1, -2), self.width.analysis.mT).view(columns.shape)

    def _synthesize(self, spectrum: Tensor) -> Tensor:
        columns = torch.bmm(spectrum.flatten(1, -2), self.width.synthesis.mT).view(spectrum.shape)
        y = unfold(columns, 5, len(self.width))
        if len(self.time) > 1:
            y = (self.time.T @ y.flatten(3)).view(y.shape)
        rows = torch.bmm(self.height.synthesis, y.flatten(2)).view(y.shape)
        return unfold(rows, 0, len(self.height)).permute(2, 3, 1, 0, 4)


class Waves:
    """The cosine basis of one side of length n, parted into even and odd waves; h = ceil(n / 2).

    analysis, synthesis: (2, h, h), from folded cells to waves and back. squared: (2, h), the Laplacian's eigenvalues.
    """

    def __init__(self, n: int, device: torch.device) -> None:
        self.n, h = n, (n + 1) // 2
        basis, eigenvalues = cosine_basis(n, device), squared_frequency(n, device)
        self.synthesis, self.squared = basis.new_zeros(2, h, h), basis.new_zeros(2, h)
        for parity in (0, 1):
            waves = basis[parity::2, :h]
            self.synthesis[parity, :, : len(waves)] = waves.T
            self.squared[parity, : len(waves)] = eigenvalues[parity::2]
        self.analysis = self.synthesis.mT.clone()
        if n % 2:
            self.analysis[:, :, -1] /= 2  # the middle cell is folded onto itself

    def __len__(self) -> int:
        return self.n


def fold(x: Tensor, axis: int) -> Tensor:
    """(2, *shape of x with `axis` halved): cells plus and minus their mirror image."""
    n = x.shape[axis]
    h = (n + 1) // 2
    first, mirrored = x.narrow(axis, 0, h), x.narrow(axis, n - h, h).flip(axis)
    folded = x.new_empty(2, *first.shape)
    torch.add(first, mirrored, out=folded[0])
    torch.sub(first, mirrored, out=folded[1])
    return folded


def unfold(parts: Tensor, axis: int, n: int) -> Tensor:
    """(2, ..., h, ...), the even and the odd part of the first half -> the whole `axis` of n cells."""
    even, odd = parts
    h = even.shape[axis]
    whole = even.new_empty(*even.shape[:axis], n, *even.shape[axis + 1 :])
    torch.add(even, odd, out=whole.narrow(axis, 0, h))
    whole.narrow(axis, h, n - h).copy_((even - odd).narrow(axis, 0, n - h).flip(axis))
    return whole


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
