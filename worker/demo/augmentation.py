"""Random changes of training clips that leave their class alone."""

from __future__ import annotations

import torch
from torch import Tensor

_SHIFT = 6
_NOISE = 0.3
"""Largest standard deviation of the noise on images."""


def augment(appearance: Tensor, motion: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Mirror, shift, recolour and add noise (network units). Clips must come in random order: half are mirrored."""
    appearance, motion = _mirror(appearance, motion)
    appearance, motion = _shift(appearance, motion, generator)
    return _noise(_recolour(appearance, generator), generator), motion


def _mirror(appearance: Tensor, motion: Tensor) -> tuple[Tensor, Tensor]:
    half = len(appearance) // 2
    signs = torch.tensor([-1.0, 1.0], dtype=motion.dtype).repeat(motion.shape[1] // 2)[:, None, None]
    appearance[:half] = appearance[:half].flip(-1)
    motion[:half] = motion[:half].flip(-1) * signs
    return appearance, motion


def _shift(appearance: Tensor, motion: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """One shift per batch: cheap, and over an epoch every shift is seen."""
    dy, dx = (int(torch.randint(-_SHIFT, _SHIFT + 1, (), generator=generator)) for _ in range(2))
    return torch.roll(appearance, (dy, dx), (2, 3)), torch.roll(motion, (dy, dx), (2, 3))


def _recolour(appearance: Tensor, generator: torch.Generator) -> Tensor:
    gain = 0.75 + 0.5 * torch.rand(len(appearance), 3, 1, 1, generator=generator)
    order = torch.randperm(3, generator=generator)
    return appearance[:, order] * gain.to(appearance.dtype)


def _noise(x: Tensor, generator: torch.Generator) -> Tensor:
    strength = _NOISE * torch.rand(len(x), 1, 1, 1, generator=generator).to(x.dtype)
    noise = torch.empty_like(x).normal_(generator=generator)
    return torch.addcmul(x, noise, strength)
