"""Finding 6: do appearance and motion of an optimum have the same spatial structure?"""

from __future__ import annotations

import math

import torch
from torch import Tensor

RINGS, SECTORS = 4, 8
"""Bins of spatial frequency, an octave each from the finest down, and of orientation."""


def spectrum(x: Tensor) -> Tensor:
    """Logarithm of the power by frequency and orientation, less the mean of its frequency, (RINGS, SECTORS).

    All smooth pictures have less power at higher frequencies: without that mean any two of them would be alike.
    x: (channel, time, height, width), either side at least 16. Powers of channels and frames are added; a Hann
    window keeps the edges of the picture out.
    """
    height, width = x.shape[2:]
    window = torch.outer(torch.hann_window(height, periodic=False), torch.hann_window(width, periodic=False))
    centred = x.float() - x.float().mean((2, 3), keepdim=True)
    power = torch.fft.fft2(centred * window).abs().square().sum((0, 1))
    rows, columns = torch.fft.fftfreq(height)[:, None], torch.fft.fftfreq(width)[None]
    radius = (rows.square() + columns.square()).sqrt()
    ring = torch.floor(-torch.log2(radius.clamp_min(1e-6) / 0.5)).long()  # 0: 1/4 to 1/2 cycles per pixel
    sector = torch.floor((torch.atan2(rows, columns) % math.pi) / math.pi * SECTORS).long() % SECTORS
    inside = (ring >= 0) & (ring < RINGS) & (radius > 0)
    place = (ring * SECTORS + sector)[inside]
    bins = torch.zeros(RINGS * SECTORS).index_add_(0, place, power[inside])
    mean = bins / torch.bincount(place, minlength=RINGS * SECTORS).clamp_min(1)
    logarithm = torch.log(mean + 1e-9 * mean.max() + 1e-30).view(RINGS, SECTORS)
    return logarithm - logarithm.mean(1, keepdim=True)


def likeness(one: Tensor, other: Tensor) -> float:
    """Correlation of two spectra over their bins; NaN where one is flat."""
    a, b = (each.flatten() - each.mean() for each in (one, other))
    return float((a @ b) / (a.norm() * b.norm())) if float(a.norm() * b.norm()) > 0 else math.nan
