"""ST-ResNet-50 (NIPS 2016) and ST-Multiplier-50 (CVPR 2017) of Feichtenhofer, Pinz and Wildes.

Two ResNet-50 (strides in the first convolution of a block, as in Caffe), one on frames and one on stacks of flow. What
the motion stream sees enters the appearance stream in front of the second block of every stage.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn

from worker.models import labels
from worker.models.families import vgg
from worker.models.families.convolution import PLANE, POINT, Halved, Size, convolution, initialize, stacked
from worker.models.families.late_fusion import Average
from worker.models.families.residual import DEPTHS
from worker.models.families.vgg import CHUNKS, DISTANCE, STACK
from worker.models.keys import Table
from worker.models.known import Known
from worker.models.sheet import Sheet

TIME: Size = (3, 1, 1)
RESNET = "Feichtenhofer, Pinz, Wildes: Spatiotemporal residual networks for video action recognition, NIPS 2016."
MULTIPLIER = "Feichtenhofer, Pinz, Wildes: Spatiotemporal multiplier networks for video action recognition, CVPR 2017."

MATCONVNET: Table = (
    (r"^(.*)_spatial(_Time)?\.", r"appearance.\1\2."),
    (r"^(.*)_temporal(_Time)?\.", r"motion.\1\2."),
    (r"\.(?:prediction|fc\d+)\.", ".fc."),
    (r"\.bn_conv1\.", ".bn1."),
    (r"\.res(\d)([a-f])_branch2b\w*_Time\.", r".res\1.\2.time."),
    (r"\.(res|bn)(\d)([a-f])_branch(1|2[abc])\.", r".res\2.\3.\1\4."),
    (r"\.res(1|2[abc])\.", r".conv\1."),
)
"""MatConvNet's layers: res2b_branch2a_spatial, bn2b_branch2a_spatial, res2b_branch2b_relu_spatial_Time, ..."""


class Block(nn.Module):
    """A bottleneck. time: `wide` makes its 1x1 convolutions see three chunks, `extra` adds a convolution over three.

    The sum comes out without its ReLU: motion is injected into it as it is (equation 3 of both papers).
    """

    def __init__(self, channels: int, width: int, stride: int, *, time: str = "") -> None:
        super().__init__()
        kernel, step = TIME if time == "wide" else POINT, (1, stride, stride)
        self.conv2a, self.bn2a = convolution(channels, width, kernel, step), nn.BatchNorm3d(width)
        self.conv2b, self.bn2b = convolution(width, width, PLANE), nn.BatchNorm3d(width)
        self.time = convolution(width, width, TIME, bias=True) if time == "extra" else nn.Identity()
        self.conv2c, self.bn2c = convolution(width, 4 * width, kernel), nn.BatchNorm3d(4 * width)
        self.relu = nn.ReLU()
        if channels != 4 * width:
            self.conv1, self.bn1 = convolution(channels, 4 * width, POINT, step), nn.BatchNorm3d(4 * width)
        self.projects = channels != 4 * width

    def forward(self, x: Tensor, residual: Tensor | None = None) -> Tensor:
        """The sum of the shortcut of x and what is computed from `residual`, or from x where there is none."""
        y = self.relu(self.bn2a(self.conv2a(x if residual is None else residual)))
        y = self.time(self.relu(self.bn2b(self.conv2b(y))))
        return self.bn2c(self.conv2c(y)) + (self.bn1(self.conv1(x)) if self.projects else x)


class ResNet50(nn.Module):
    """One stream: (batch, channels, time, height, width) in chunks, as in `stacked`."""

    def __init__(self, channels: int, classes: int, *, frames: int, step: int, time: str) -> None:
        super().__init__()
        self.conv1 = stacked(channels, 64, (7, 7), 2, frames, step, bias=False)
        self.bn1, self.relu, self.pool1 = nn.BatchNorm3d(64), nn.ReLU(), Halved()
        channels = 64
        for number, blocks in enumerate(DEPTHS[50], start=2):
            width, row = 16 << number, nn.ModuleDict()
            for letter in "abcdef"[:blocks]:
                stride = 2 if letter == "a" and number > 2 else 1
                row[letter] = Block(channels, width, stride, time=time if letter == "b" else "")
                channels = 4 * width
            self.add_module(f"res{number}", row)
        self.fc = nn.Conv3d(channels, classes, 1)

    def stem(self, x: Tensor) -> Tensor:
        """conv1 and pool1."""
        return self.pool1(self.relu(self.bn1(self.conv1(x))))


class SpatiotemporalResNet(nn.Module):
    """Both streams and their injections. product: of the streams (ST-Multiplier) instead of their sum (ST-ResNet).

    appearance: (batch, 3, chunks, height, width). motion: (batch, 2, time, height, width), chunks `distance` apart.
    """

    def __init__(self, classes: int = 101, *, product: bool = False, distance: int = DISTANCE) -> None:
        super().__init__()
        time = "extra" if product else "wide"
        self.product = product
        self.appearance = ResNet50(3, classes, frames=1, step=1, time=time)
        self.motion = ResNet50(2, classes, frames=STACK, step=distance, time=time)
        self.relu = nn.ReLU()
        self.classes = Average(classes)

    def forward(self, appearance: Tensor, motion: Tensor) -> Tensor:
        """Class scores, (batch, classes): the mean of both streams'."""
        x, y = self.appearance.stem(appearance), self.motion.stem(motion)
        total = x
        for number, blocks in enumerate(DEPTHS[50], start=2):
            seen, moved = (stream.get_submodule(f"res{number}") for stream in (self.appearance, self.motion))
            for letter in "abcdef"[:blocks]:
                injected = None if letter != "b" else total * y if self.product else total + y
                total = seen.get_submodule(letter)(x, injected)
                x, y = self.relu(total), self.relu(moved.get_submodule(letter)(y))
        scores = [self._scores(self.appearance, x), self._scores(self.motion, y)]
        return self.classes(torch.cat(scores, 1))

    def _scores(self, stream: ResNet50, x: Tensor) -> Tensor:
        """Maximum over chunks, mean over the frame, classes."""
        chunks = min(CHUNKS, x.shape[2])
        x = nn.functional.max_pool3d(x, (chunks, 1, 1), (1 if self.product else 2, 1, 1))
        return stream.fc(x.mean((3, 4), keepdim=True)).mean((2, 3, 4))


def init_center(network: nn.Module) -> None:
    """Start the extra convolutions over time at the identity: one at the middle chunk, zero beside it."""
    for name, part in network.named_modules():
        if name.endswith(".time") and isinstance(part, nn.Conv3d) and part.bias is not None:
            nn.init.zeros_(part.bias)
            nn.init.zeros_(part.weight)
            with torch.no_grad():
                part.weight[:, :, 1, 0, 0] = torch.eye(part.out_channels)


def start_multiplier(network: nn.Module) -> None:
    """Random weights; convolutions over time start at the identity, and blocks small, else products run away."""
    initialize(network)
    init_center(network)
    for part in network.modules():
        if isinstance(part, Block):
            nn.init.constant_(part.bn2c.weight, 0.2)


def sheet(title: str, citation: str, join: str, accuracy: float) -> Sheet:
    """The card of a network on UCF101."""
    made = vgg.sheet(
        title,
        citation,
        f"Five chunks of one clip, ten frames apart. Motion enters the appearance stream as a {join} in front of the "
        "second block of every stage; maximum over the chunks, scores of both streams averaged.",
        chunks=CHUNKS,
        accuracy=accuracy,
    )
    return made.model_copy(
        update={"extends": False, "lanes": {"appearance": "appearance.", "motion": "motion."},
                "classes": labels.find("ucf101", folder=labels.FOLDER)}
    )  # fmt: skip


KNOWN = {
    "st_resnet_50": Known(
        title="ST-ResNet-50",
        build=SpatiotemporalResNet,
        sheet=partial(sheet, "ST-ResNet-50", RESNET, "sum", 0.934),
        source="ST-ResNet50 of feichtenhofer/st-resnet, saved by MatConvNet",
        tables=(MATCONVNET,),
    ),
    "st_multiplier_50": Known(
        title="ST-Multiplier-50",
        build=partial(SpatiotemporalResNet, product=True),
        start=start_multiplier,
        sheet=partial(sheet, "ST-Multiplier-50", MULTIPLIER, "product", 0.942),
        source="ST-MulNet of feichtenhofer/st-resnet, saved by MatConvNet",
        tables=(MATCONVNET,),
    ),
}
