"""MF-Net (Chen et al., ECCV 2018): residual units of sixteen separate fibers, which a bottleneck mixes.

Modules are named as in the authors' release, PyTorch-MFNet.
"""

from __future__ import annotations

from torch import Tensor, nn

from contract.catalogue import Stream
from worker.models import labels
from worker.models.families.convolution import CUBE, PLANE, POINT, Size, convolution
from worker.models.known import Known
from worker.models.sheet import Sheet

FIBERS = 16
STAGES = ((3, 96, (2, 1, 1)), (4, 192, (1, 2, 2)), (6, 384, (1, 2, 2)), (3, 768, (1, 2, 2)))
"""Units, channels and stride of every stage; the first one halves the frames, the others rows and columns."""


class Step(nn.Module):
    """Normalization, ReLU, convolution."""

    def __init__(self, channels: int, units: int, kernel: Size = POINT, stride: Size = POINT, groups: int = 1) -> None:
        super().__init__()
        self.bn = nn.BatchNorm3d(channels)
        self.relu = nn.ReLU()
        self.conv = convolution(channels, units, kernel, stride, groups)

    def forward(self, x: Tensor) -> Tensor:
        """The convolution's output."""
        return self.conv(self.relu(self.bn(x)))


class Unit(nn.Module):
    """A multiplexer (i1, i2) lets the fibers exchange, then they go on apart (m1, m2). w1: projected shortcut."""

    def __init__(self, channels: int, units: int, stride: Size = POINT, *, first: bool) -> None:
        super().__init__()
        self.conv_i1 = Step(channels, units // 4)
        self.conv_i2 = Step(units // 4, channels)
        self.conv_m1 = Step(channels, units, CUBE, stride, FIBERS)
        self.conv_m2 = Step(units, units) if first else Step(units, units, PLANE, groups=FIBERS)
        self.conv_w1 = Step(channels, units, stride=stride) if first else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """The unit's output."""
        return self.conv_m2(self.conv_m1(x + self.conv_i2(self.conv_i1(x)))) + self.conv_w1(x)


class MFNet(nn.Module):
    """(batch, 3, time, height, width) to class scores."""

    def __init__(self, classes: int = 400) -> None:
        super().__init__()
        self.conv1 = nn.Sequential()
        self.conv1.add_module("conv", nn.Conv3d(3, 16, (3, 5, 5), (1, 2, 2), (1, 2, 2), bias=False))
        self.conv1.add_module("bn", nn.BatchNorm3d(16))
        self.conv1.add_module("relu", nn.ReLU())
        self.maxpool = nn.MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1))
        channels = 16
        for number, (count, units, stride) in enumerate(STAGES, start=2):
            row = nn.Sequential()
            for i in range(1, count + 1):
                row.add_module(f"B{i:02}", Unit(channels, units, POINT if i > 1 else stride, first=i == 1))
                channels = units
            self.add_module(f"conv{number}", row)
        self.tail = nn.Sequential()
        self.tail.add_module("bn", nn.BatchNorm3d(channels))
        self.tail.add_module("relu", nn.ReLU())
        self.globalpool = nn.AdaptiveAvgPool3d(1)
        self.classifier = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Class scores, (batch, classes)."""
        x = self.maxpool(self.conv1(x))
        for number in range(2, 6):
            x = self.get_submodule(f"conv{number}")(x)
        return self.classifier(self.globalpool(self.tail(x)).flatten(1))


def sheet() -> Sheet:
    """The card of the Kinetics weights."""
    return Sheet(
        title="MF-Net on Kinetics-400",
        description="Sees every second frame. The release subtracts (124, 117, 104) and multiplies by 0.0167.",
        streams=(
            Stream(name="clip", kind="clip", frames=16, height=224, width=224, fps=12.5,
                   mean=(124 / 255, 117 / 255, 104 / 255), std=(1 / (0.0167 * 255),) * 3),
        ),
        classes=labels.find("kinetics400", folder=labels.FOLDER),
        citation="Chen et al.: Multi-fiber networks for video recognition, ECCV 2018.",
        licence="code and weights: MIT (PyTorch-MFNet)",
        accuracy={"acc@1": 0.728},
    )  # fmt: skip


KNOWN = {
    "mfnet": Known(
        title="MF-Net", build=MFNet, sheet=sheet, source="Kinetics weights of the repository cypw/PyTorch-MFNet"
    )
}
