"""Convolutions in space and time that the families share.

A network for frames is written with kernels of one frame, so that chunks and segments of a clip lie along its time.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

Size = tuple[int, int, int]
"""Frames, rows, columns."""

POINT: Size = (1, 1, 1)
CUBE: Size = (3, 3, 3)
PLANE: Size = (1, 3, 3)


def convolution(
    channels: int, units: int, kernel: Size, stride: Size = POINT, groups: int = 1, *, bias: bool = False
) -> nn.Conv3d:
    """A convolution that keeps the size of its map, but for its stride."""
    padding = (kernel[0] // 2, kernel[1] // 2, kernel[2] // 2)
    return nn.Conv3d(channels, units, kernel, stride, padding, groups=groups, bias=bias)


def stacked(
    channels: int, units: int, kernel: tuple[int, int], stride: int, frames: int, step: int, *, bias: bool = True
) -> nn.Conv3d:
    """The first layer of a stream: it sees `frames` frames at once, every `step` frames.

    On motion (2 channels) this is the layer over a stack u1, v1, u2, v2, ... of the originals: a chunk of the clip is
    a step of the kernel.
    """
    padding = (0, kernel[0] // 2, kernel[1] // 2)
    return nn.Conv3d(channels, units, (frames, *kernel), (step, stride, stride), padding, bias=bias)


class Unit(nn.Module):
    """A convolution, its normalization and ReLU."""

    def __init__(self, conv: nn.Conv3d, *, epsilon: float = 1e-5) -> None:
        super().__init__()
        self.conv = conv
        self.bn = nn.BatchNorm3d(conv.out_channels, eps=epsilon)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """The units after their ReLU."""
        return self.relu(self.bn(self.conv(x)))


def mean_pool(x: Tensor) -> Tensor:
    """The mean over 3 x 3 cells of every frame, zeros around the map."""
    return functional.avg_pool3d(functional.pad(x, (1, 1, 1, 1)), PLANE, stride=1)


class Halved(nn.MaxPool3d):
    """The maximum over 3 x 3 cells, every second row and column, cells beyond the border left out."""

    def __init__(self) -> None:
        super().__init__(PLANE, (1, 2, 2), ceil_mode=True)


def initialize(network: nn.Module) -> None:
    """He's random weights (2015) instead of torch's, which let deep networks fall silent."""
    for part in network.modules():
        if isinstance(part, (nn.Conv2d, nn.Conv3d)):
            nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
