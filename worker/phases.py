"""The input gradient of a strided convolution of few channels: a network's first, as a rule.

A window of stride s meets every s-th cell, one phase of the map, with stride 1. Taken apart into phases (space to
depth) the gradient is that of one convolution of stride 1 with channels times phases for channels, which on a CPU takes
a third of the time of what is made for three channels and a stride. Forward there is nothing to gain.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

FEW = 4
"""Channels up to which this pays."""


class Phases:
    """The gradient of one convolution. Its stride is `stride`, with `padding` cells around the map."""

    def __init__(self, weight: Tensor, *, stride: Sequence[int], padding: Sequence[int]) -> None:
        """weight: (units, channels, *kernel)."""
        self.channels, self.stride, self.padding = weight.shape[1], list(stride), padding
        self.kernel = [math.ceil(size / step) for size, step in zip(weight.shape[2:], stride, strict=True)]
        whole = [size * step for size, step in zip(self.kernel, stride, strict=True)]
        self.layout = torch.channels_last_3d if len(whole) == 3 else torch.channels_last
        self.weight = fold(grown(weight, whole), self.stride).contiguous(memory_format=self.layout)

    def __call__(self, gradient: Tensor, shape: torch.Size) -> Tensor:
        """The gradient of the map, of `shape`. gradient: of the convolution's output."""
        cells = [out + size - 1 for out, size in zip(gradient.shape[2:], self.kernel, strict=True)]
        extent = (shape[0], self.weight.shape[1], *cells)
        like = torch.empty(extent, dtype=gradient.dtype, device=gradient.device, memory_format=self.layout)
        still = [0] * len(cells)
        once = [1] * len(cells)
        folded, _, _ = torch.ops.aten.convolution_backward(
            gradient, like, self.weight, None, once, still, once, False, still, 1, [True, False, False]
        )
        padded = unfold(folded, self.stride)
        for axis, before in enumerate(self.padding, start=2):
            padded = padded.narrow(axis, before, padded.shape[axis] - before)
        return grown(padded, shape[2:])


def pays(weight: Tensor, *, stride: Sequence[int], dilation: Sequence[int], groups: int) -> bool:
    """Whether a convolution has its gradient faster by phases."""
    plain = groups == 1 and all(step == 1 for step in dilation)
    return plain and weight.shape[1] <= FEW and max(stride) > 1 and weight.device.type == "cpu"


def fold(x: Tensor, stride: Sequence[int]) -> Tensor:
    """(batch, channels, *cells) -> (batch, channels x phases, *(cells / stride)); the stride divides the cells."""
    parted = x.unflatten(2, (-1, stride[0]))
    for axis, step in enumerate(stride[1:], start=1):
        parted = parted.unflatten(2 + 2 * axis, (-1, step))
    phases, cells = range(3, parted.ndim, 2), range(2, parted.ndim, 2)
    return parted.permute(0, 1, *phases, *cells).flatten(1, 1 + len(stride))


def unfold(x: Tensor, stride: Sequence[int]) -> Tensor:
    """The inverse of `fold`."""
    count = len(stride)
    parted = x.unflatten(1, (-1, *stride))
    order = [axis for i in range(count) for axis in (2 + count + i, 2 + i)]
    parted = parted.permute(0, 1, *order)
    for axis in range(count):
        parted = parted.flatten(2 + axis, 3 + axis)
    return parted


def grown(x: Tensor, cells: Sequence[int]) -> Tensor:
    """x with zeros behind it, or cut, so that it has `cells`."""
    return functional.pad(
        x, [amount for n, m in zip(reversed(cells), reversed(x.shape[2:]), strict=True) for amount in (0, n - m)]
    )
