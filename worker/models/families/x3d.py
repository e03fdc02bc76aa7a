"""X3D (Feichtenhofer, CVPR 2020): a small image network expanded along time, size, width and depth."""

from __future__ import annotations

from functools import partial

from torch import Tensor, nn

from worker.models.families.convolution import CUBE, PLANE, POINT, convolution
from worker.models.families.slowfast import LETTERS, SHORTCUT, clip, published, sheet
from worker.models.keys import Table
from worker.models.known import Known

PAPER = "Feichtenhofer: X3D: expanding architectures for efficient video recognition, CVPR 2020."

WIDTHS = (24, 48, 96, 192)
EXPANSION = 2.25
GATES = {54: 8, 108: 8, 216: 16, 432: 32}
"""Units that a gate squeezes a width to: a sixteenth, in eights."""

DEPTHS = {"s": (3, 5, 11, 7), "l": (5, 10, 25, 15)}
"""Blocks of the four stages, of the networks up to M and of L."""

PYTORCHVIDEO_NAMES: Table = (
    (r"^blocks\.0\.conv\.conv_t\.", "stem.conv_xy."),  # so it is: the names are exchanged there
    (r"^blocks\.0\.conv\.conv_xy\.", "stem.conv_t."),
    (r"^blocks\.0\.norm\.", "stem.bn."),
    (r"^blocks\.5\.pool\.pre_conv\.", "conv5."),
    (r"^blocks\.5\.pool\.pre_norm\.", "bn5."),
    (r"^blocks\.5\.pool\.post_conv\.", "lin5."),
    (r"^blocks\.5\.proj\.", "fc."),
    (r"^blocks\.(\d)\.res_blocks\.", r"layer\1."),
    (r"\.norm_b\.0\.", ".norm_b."),
    (r"\.branch2\.norm_b\.1\.block\.0\.", ".gate.fc1."),
    (r"\.branch2\.norm_b\.1\.block\.2\.", ".gate.fc2."),
    *LETTERS,
    *SHORTCUT,
)

PYSLOWFAST_NAMES: Table = (
    (r"^s1\.pathway0_stem\.conv_xy\.", "stem.conv_xy."),
    (r"^s1\.pathway0_stem\.conv\.", "stem.conv_t."),
    (r"^s1\.pathway0_stem\.bn\.", "stem.bn."),
    *((rf"^s{number + 1}\.pathway0_res(\d+)\.", rf"layer{number}.\1.") for number in range(1, 5)),
    (r"^head\.conv_5\.", "conv5."),
    (r"^head\.conv_5_bn\.", "bn5."),
    (r"^head\.lin_5\.", "lin5."),
    (r"^head\.projection\.", "fc."),
    (r"\.branch2\.se\.fc", ".gate.fc"),
    *LETTERS,
    *SHORTCUT,
)


class Stem(nn.Module):
    """A convolution in space, then one in time for every channel."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.conv_xy = convolution(3, units, PLANE, (1, 2, 2))
        self.conv_t = convolution(units, units, (5, 1, 1), groups=units)
        self.bn, self.relu = nn.BatchNorm3d(units), nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """The units after their ReLU."""
        return self.relu(self.bn(self.conv_t(self.conv_xy(x))))


class Gate(nn.Module):
    """Squeeze and excite: every channel times a number that all channels' means decide on."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Conv3d(channels, GATES[channels], 1), nn.Conv3d(GATES[channels], channels, 1)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """The channels, each weighed."""
        return x * self.fc2(self.relu(self.fc1(x.mean((2, 3, 4), keepdim=True)))).sigmoid()


class Block(nn.Module):
    """An inverted bottleneck: wide inside, where each channel has a 3x3x3 convolution of its own."""

    def __init__(self, channels: int, units: int, stride: int, *, gated: bool) -> None:
        super().__init__()
        width, step = int(EXPANSION * units), (1, stride, stride)
        self.conv1, self.bn1 = convolution(channels, width, POINT), nn.BatchNorm3d(width)
        self.conv2, self.bn2 = convolution(width, width, CUBE, step, groups=width), nn.BatchNorm3d(width)
        self.gate = Gate(width) if gated else nn.Identity()
        self.conv3, self.bn3 = convolution(width, units, POINT), nn.BatchNorm3d(units)
        self.relu, self.swish = nn.ReLU(), nn.SiLU()
        self.downsample = nn.Sequential()
        if stride > 1 or channels != units:
            self.downsample.append(convolution(channels, units, POINT, step))
        if channels != units:
            self.downsample.append(nn.BatchNorm3d(units))

    def forward(self, x: Tensor) -> Tensor:
        """The block's output."""
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.swish(self.gate(self.bn2(self.conv2(y))))
        return self.relu(self.bn3(self.conv3(y)) + self.downsample(x))


class X3D(nn.Module):
    """(batch, 3, time, height, width) to class scores."""

    def __init__(self, size: str = "s", classes: int = 400) -> None:
        super().__init__()
        self.stem = Stem(WIDTHS[0])
        channels = WIDTHS[0]
        for number, (units, blocks) in enumerate(zip(WIDTHS, DEPTHS[size], strict=True), start=1):
            row = [Block(units if i else channels, units, 1 if i else 2, gated=i % 2 == 0) for i in range(blocks)]
            self.add_module(f"layer{number}", nn.Sequential(*row))
            channels = units
        width = int(EXPANSION * channels)
        self.conv5, self.bn5, self.relu = convolution(channels, width, POINT), nn.BatchNorm3d(width), nn.ReLU()
        self.lin5 = convolution(width, 2048, POINT)
        self.dropout = nn.Dropout(0.5)
        self.fc = nn.Linear(2048, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Class scores, (batch, classes)."""
        x = self.stem(x)
        for number in range(1, 5):
            x = self.get_submodule(f"layer{number}")(x)
        x = self.relu(self.bn5(self.conv5(x))).mean((2, 3, 4), keepdim=True)
        return self.fc(self.dropout(self.relu(self.lin5(x)).flatten(1)))


KNOWN = {
    f"x3d_{letter}": Known(
        title=f"X3D-{letter.upper()}",
        build=partial(X3D, depth),
        sheet=partial(
            sheet,
            f"X3D-{letter.upper()}",
            clip(frames, every, side),
            f"Every {every}th frame. Gates let every unit behind the first block see the whole clip.",
            accuracy,
            PAPER,
        ),
        published=partial(published, f"X3D_{letter.upper()}.pyth"),
        tables=(PYTORCHVIDEO_NAMES, PYSLOWFAST_NAMES),
    )
    for letter, depth, frames, every, side, accuracy in (
        ("xs", "s", 4, 12, 160, (0.6912, 0.8863)),
        ("s", "s", 13, 6, 160, (0.7333, 0.9127)),
        ("m", "s", 16, 5, 224, (0.7594, 0.9272)),
        ("l", "l", 16, 5, 312, (0.7744, 0.9331)),
    )
}
