"""The bottleneck that 3D residual networks are built of (He et al., CVPR 2016), with kernels in space and time."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from worker.models.families.convolution import CUBE, POINT, Size, convolution

DEPTHS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
"""Blocks of the four stages, by the number of layers."""


class Bottleneck(nn.Module):
    """Three convolutions, the middle one narrow, added to a shortcut that is projected where sizes change (type B).

    (batch, channels, time, height, width) to (batch, units, ...), smaller by `stride`.
    """

    def __init__(
        self,
        channels: int,
        width: int,
        units: int,
        *,
        kernels: tuple[Size, Size] = (POINT, CUBE),
        stride: Size = POINT,
        groups: int = 1,
    ) -> None:
        super().__init__()
        self.conv1, self.bn1 = convolution(channels, width, kernels[0]), nn.BatchNorm3d(width)
        self.conv2, self.bn2 = convolution(width, width, kernels[1], stride, groups), nn.BatchNorm3d(width)
        self.conv3, self.bn3 = convolution(width, units, POINT), nn.BatchNorm3d(units)
        self.relu = nn.ReLU()
        self.downsample: nn.Module = nn.Identity()
        if stride != POINT or channels != units:
            self.downsample = nn.Sequential(convolution(channels, units, POINT, stride), nn.BatchNorm3d(units))

    def forward(self, x: Tensor) -> Tensor:
        """The block's output."""
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        return self.relu(self.bn3(self.conv3(y)) + self.downsample(x))


def stage(
    channels: int, width: int, units: int, *, stride: Size, kernels: Sequence[tuple[Size, Size]], groups: int = 1
) -> nn.Sequential:
    """Bottlenecks in a row, one per pair of `kernels`; the first one changes the size."""
    blocks = [
        Bottleneck(units if i else channels, width, units, kernels=pair, stride=POINT if i else stride, groups=groups)
        for i, pair in enumerate(kernels)
    ]
    return nn.Sequential(*blocks)
