"""Random changes of training clips that leave their class alone."""

from __future__ import annotations

import torch
from torch import Tensor

_SHIFT = 6
FAINTEST = 0.15
NOISE_APPEARANCE = 0.3
NOISE_MOTION = 0.2
SHAKE = 0.5
"""Largest standard deviations of noise and of camera motion, in network units (for motion 1 is 4 px a frame)."""


def augment(appearance: Tensor, motion: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Mirror, shift and recolour (network units). Clips must come in random order: half are mirrored."""
    appearance, motion = _mirror(appearance, motion)
    appearance, motion = _shift(appearance, motion, generator)
    return _recolour(appearance, generator), motion


def fade(appearance: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Lower the contrast of every image, log-uniformly down to FAINTEST. Returns images and their (batch,) factors.

    A network that also knows faint images responds near mid-grey, where the smoothness of the method keeps a picture.
    (Motion is left as it is: networks that were shown slowed clips moved the background in their optima.)
    """
    factor = FAINTEST ** torch.rand(len(appearance), generator=generator)
    return appearance * factor[:, None, None, None].to(appearance.dtype), factor


def shake(motion: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Move the camera: add to each flow field of a clip one displacement, steady or new in every frame.

    Returns the motion and, per clip, the strength as a share of SHAKE, (batch,): 0 for the half that is left alone.
    """
    share = torch.rand(len(motion), generator=generator)
    share = torch.where(torch.rand(len(motion), generator=generator) < 0.5, share, 0.0)
    drift = torch.randn(len(motion), motion.shape[1], 1, 1, generator=generator)
    steady = torch.rand(len(motion), 1, 1, 1, generator=generator) < 0.5
    drift = torch.where(steady, drift[:, :2].repeat(1, motion.shape[1] // 2, 1, 1), drift)
    return motion + (SHAKE * share.view(-1, 1, 1, 1) * drift).to(motion.dtype), share


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


class Noise:
    """White noise, drawn once and shifted at random: drawing it anew would cost as much as the network does."""

    def __init__(self, shape: torch.Size, most: float, generator: torch.Generator) -> None:
        drawn = torch.randn(shape, generator=generator).to(torch.bfloat16)
        self.bank = drawn.contiguous(memory_format=torch.channels_last)
        self.most = most

    def add(self, x: Tensor, factor: Tensor, generator: torch.Generator) -> Tensor:
        """`x` (batch, channels, height, width) with noise of a random strength per clip, up to `most` * factor."""
        strength = self.most * (factor * torch.rand(len(x), generator=generator)).view(-1, 1, 1, 1)
        order = torch.randperm(len(self.bank), generator=generator)[: len(x)]
        dy, dx = (int(torch.randint(0, x.shape[-1], (), generator=generator)) for _ in range(2))
        return torch.addcmul(x, torch.roll(self.bank[order], (dy, dx), (2, 3)), strength.to(x.dtype))
