"""Two-stream fusion networks (Feichtenhofer et al., CVPR 2016): one class, the authors' VGG-16 size and the demo's.

Knows nothing of data, training or weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

Blocks = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Size:
    """Widths of a two-stream fusion network.

    appearance, motion: channels of the convolutions of every block; a pooling by 2 follows every block but the last.
    side: native side of the input in pixels. pool: how blocks are reduced.
    fc_kernel: side of fc6, which covers the whole pooled map at the native input.
    """

    appearance: Blocks
    motion: Blocks
    fusion: int
    fc: int
    side: int
    fc_kernel: int
    flow_pairs: int = 10
    pool: Literal["max", "average"] = "max"


_VGG16: Blocks = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))

SIZES: dict[str, Size] = {
    "vgg16": Size(appearance=_VGG16, motion=_VGG16, fusion=512, fc=4096, side=224, fc_kernel=7),
    "demo": Size(
        appearance=((16,), (32,), (64, 64), (128,), (160,)),
        motion=((16,), (32,), (64, 64), (96,), (128,)),
        fusion=128,
        fc=192,
        side=96,
        fc_kernel=3,
        pool="average",
    ),
}


class Stream(nn.Module):
    """One convolutional stream, conv1_1 to the last convolution and its ReLU.

    (batch, channels, height, width) to (batch, blocks[-1][-1], height/16, width/16).
    """

    def __init__(self, channels: int, blocks: Blocks, pool: Literal["max", "average"]) -> None:
        super().__init__()
        for number, widths in enumerate(blocks, start=1):
            for index, width in enumerate(widths, start=1):
                self.add_module(f"conv{number}_{index}", nn.Conv2d(channels, width, kernel_size=3, padding=1))
                # Not in place: the pre-ReLU value is what a visualization maximizes.
                self.add_module(f"relu{number}_{index}", nn.ReLU())
                channels = width
            if number < len(blocks):
                self.add_module(f"pool{number}", _pool(pool))

    def forward(self, x: Tensor) -> Tensor:
        """Run the stream's modules in the order in which they were added."""
        for stage in self.children():
            x = stage(x)
        return x


class TwoStreamFusion(nn.Module):
    """Two streams, fused by a 1x1 convolution after the last ReLU of both, and one tower of fully connected layers.

    The fully connected layers are convolutions, so that any canvas of at least `size.side` pixels runs; over a
    larger one the class scores are averaged over positions.
    """

    def __init__(self, size: Size, classes: int, dropout: float = 0.5) -> None:
        super().__init__()
        self.appearance = Stream(3, size.appearance, size.pool)
        self.motion = Stream(2 * size.flow_pairs, size.motion, size.pool)
        self.conv5_fusion = nn.Conv2d(size.appearance[-1][-1] + size.motion[-1][-1], size.fusion, kernel_size=1)
        self.relu5_fusion = nn.ReLU()
        self.pool5 = _pool(size.pool)
        self.fc6 = nn.Conv2d(size.fusion, size.fc, kernel_size=size.fc_kernel)
        self.relu6 = nn.ReLU()
        self.drop6 = nn.Dropout(dropout)
        self.fc7 = nn.Conv2d(size.fc, size.fc, kernel_size=1)
        self.relu7 = nn.ReLU()
        self.drop7 = nn.Dropout(dropout)
        self.classes = nn.Conv2d(size.fc, classes, kernel_size=1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                # Without normalization layers the start decides whether a signal reaches the top (He et al., 2015).
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                nn.init.zeros_(module.bias)  # pyright: ignore[reportArgumentType]

    def forward(self, appearance: Tensor, motion: Tensor) -> Tensor:
        """Class scores, (batch, classes), of (batch, 3, height, width) and (batch, 2 L, height, width) as u1,v1,..."""
        fused = self.relu5_fusion(
            self.conv5_fusion(torch.cat((self.appearance(appearance), self.motion(motion)), dim=1))
        )
        hidden = self.drop6(self.relu6(self.fc6(self.pool5(fused))))
        hidden = self.drop7(self.relu7(self.fc7(hidden)))
        return self.classes(hidden).mean(dim=(2, 3))


def two_stream_fusion(size: str, classes: int) -> TwoStreamFusion:
    """A network of the named size, randomly initialized. Raises ValueError on an unknown size."""
    if size not in SIZES:
        raise ValueError(f"size must be one of {', '.join(SIZES)}, not {size!r}")
    return TwoStreamFusion(SIZES[size], classes)


def init_motion_kernels(network: TwoStreamFusion) -> None:
    """Give conv1_1 of the motion stream the authors' start: the channel mean of the appearance filters, repeated.

    (Feichtenhofer et al. started from ImageNet filters averaged over colour and repeated over all flow channels.)
    The kernels are then constant in time, which lets slow optima be slow. Where the streams' widths differ, filters
    are taken in turn; the scale keeps the variance of the response to a motion that is constant in time.
    """
    source = network.get_parameter("appearance.conv1_1.weight").detach().mean(dim=1, keepdim=True)
    target = network.get_parameter("motion.conv1_1.weight")
    units, channels = target.shape[:2]
    with torch.no_grad():
        target.copy_(source[torch.arange(units) % len(source)].repeat(1, channels, 1, 1) * (3 / channels))


def _pool(kind: Literal["max", "average"]) -> nn.Module:
    return nn.MaxPool2d(2) if kind == "max" else nn.AvgPool2d(2)
