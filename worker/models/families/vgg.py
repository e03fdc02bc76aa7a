"""Two-stream VGG-16: late fusion (Simonyan & Zisserman 2014), and the fusion networks of Feichtenhofer et al. 2016."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn

from contract.catalogue import Stream
from worker.models import labels
from worker.models.families.convolution import CUBE, PLANE, convolution, stacked
from worker.models.families.late_fusion import Average, LateFusion
from worker.models.keys import Table
from worker.models.known import Known
from worker.models.sheet import Sheet
from worker.models.two_stream import two_stream_fusion

BLOCKS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
STACK = 10
"""Flow fields of a chunk."""

CHUNKS, DISTANCE = 5, 10
"""Chunks that the final network of the paper sees, and frames between them (1 to 10 in training)."""

IMAGENET_MEAN = (123.68, 116.779, 103.939)
"""What the authors' RGB networks subtract, in grey levels."""

SIMONYAN = "Simonyan, Zisserman: Two-stream convolutional networks for action recognition in videos, NIPS 2014."
FEICHTENHOFER = "Feichtenhofer et al.: Convolutional two-stream network fusion for video action recognition, CVPR 2016."

STREAM_FILE: Table = ((r"^(?:prediction|fc8\w*|fc_\w+)\.", "fc8."),)
"""MatConvNet's layers of one stream; the last one has been replaced, and named anew."""

FUSED_FILE: Table = (
    (r"^(.*)_spatial\.", r"appearance.\1."),
    (r"^(.*)_temporal\.", r"motion.\1."),
    (r"^conv53D\.", "conv5_fusion."),
    (r"\.(?:prediction|fc8\w*|fc_\w+)\.", ".fc8."),
)
"""MatConvNet's layers of the final network."""


class VGG16(nn.Module):
    """VGG-16 on the chunks of a clip, fully connected layers as convolutions: (batch, channels, time, height, width).

    frames, step: how many frames a chunk has, and how many lie between the beginnings of two chunks.
    chunks: over how many of them pool5 takes the maximum. Over a larger frame or more chunks, scores are averaged.
    """

    def __init__(self, channels: int, classes: int, *, frames: int = 1, step: int = 1, chunks: int = 1) -> None:
        super().__init__()
        self.deep = [f"{number}_{i}" for number, widths in enumerate(BLOCKS, 1) for i in range(1, len(widths) + 1)]
        for name in self.deep:
            number, i = (int(part) for part in name.split("_"))
            units = BLOCKS[number - 1][i - 1]
            first = name == "1_1"
            conv = stacked(channels, units, (3, 3), 1, frames, step) if first else convolution(
                channels, units, PLANE, bias=True
            )  # fmt: skip
            self.add_module(f"conv{name}", conv)
            self.add_module(f"relu{name}", nn.ReLU())
            channels = units
        self.pool = nn.MaxPool3d((1, 2, 2))
        self.pool5 = nn.MaxPool3d((chunks, 2, 2), (min(chunks, 2), 2, 2))
        self.fc6, self.relu6, self.drop6 = nn.Conv3d(channels, 4096, (1, 7, 7)), nn.ReLU(), nn.Dropout(0.85)
        self.fc7, self.relu7, self.drop7 = nn.Conv3d(4096, 4096, 1), nn.ReLU(), nn.Dropout(0.85)
        self.fc8 = nn.Conv3d(4096, classes, 1)

    def maps(self, x: Tensor) -> Tensor:
        """conv1_1 to the last ReLU of the convolutions, (batch, 512, chunks, height / 16, width / 16)."""
        for name in self.deep:
            x = self.pool(x) if name.endswith("_1") and name != "1_1" else x
            x = self.get_submodule(f"relu{name}")(self.get_submodule(f"conv{name}")(x))
        return x

    def scores(self, maps: Tensor) -> Tensor:
        """pool5 to the classes, (batch, classes)."""
        x = self.drop6(self.relu6(self.fc6(self.pool5(maps))))
        x = self.drop7(self.relu7(self.fc7(x)))
        return self.fc8(x).mean((2, 3, 4))

    def forward(self, x: Tensor) -> Tensor:
        """Class scores, (batch, classes)."""
        return self.scores(self.maps(x))


class FusionVGG16(nn.Module):
    """The final network of the paper: 3D convolution fuses the streams, 3D pooling goes over chunks, both towers stay.

    appearance: (batch, 3, chunks, height, width), one frame per chunk. motion: (batch, 2, time, height, width).
    """

    def __init__(self, classes: int, *, distance: int = DISTANCE) -> None:
        super().__init__()
        self.appearance = VGG16(3, classes, chunks=CHUNKS)
        self.motion = VGG16(2, classes, frames=STACK, step=distance, chunks=CHUNKS)
        self.conv5_fusion = convolution(1024, 512, CUBE, bias=True)
        self.relu5_fusion = nn.ReLU()
        self.classes = Average(classes)

    def forward(self, appearance: Tensor, motion: Tensor) -> Tensor:
        """Class scores, (batch, classes): the mean of both towers'."""
        appearance, motion = self.appearance.maps(appearance), self.motion.maps(motion)
        fused = self.relu5_fusion(self.conv5_fusion(torch.cat((appearance, motion), 1)))
        return self.classes(torch.cat((self.appearance.scores(fused), self.motion.scores(motion)), 1))


def late_fusion(classes: int = 101) -> LateFusion:
    """Two VGG-16, on one frame and on a stack of ten flow fields."""
    return LateFusion(VGG16(3, classes), VGG16(2, classes, frames=STACK), classes)


def appearance(chunks: int = 1, distance: int = 1) -> Stream:
    """RGB as MatConvNet's networks take it: one frame, or one of every `distance` frames."""
    return Stream(
        name="appearance",
        kind="appearance" if chunks == 1 else "clip",
        frames=chunks,
        height=224,
        width=224,
        fps=25.0 / distance,
        span=1.0,
        mean=IMAGENET_MEAN,
    )


def motion(frames: int = STACK) -> Stream:
    """Flow fields at 25 a second, 8 bits over +-20 pixels minus 128."""
    return Stream(
        name="motion", kind="motion", frames=frames, height=224, width=224, span=1.0, mean=(0.0, 0.0), std=(1.0, 1.0)
    )


def sheet(title: str, citation: str, description: str, *, chunks: int = 1, accuracy: float | None = None) -> Sheet:
    """The card of a network on UCF101. accuracy: mean of the three splits, as its paper states it."""
    return Sheet(
        title=f"{title} on UCF101",
        description=description,
        streams=(appearance(chunks, DISTANCE), motion(STACK + DISTANCE * (chunks - 1))),
        classes=labels.find("ucf101", folder=labels.FOLDER),
        citation=citation,
        licence="not stated by the authors",
        accuracy={"acc@1": accuracy} if accuracy else {},
        extends=chunks == 1,  # 50 frames of the fields' 416 px are 3.4 times the work of the input's own 224
    )


def single_tower() -> Sheet:
    """The card of the network of the paper's figures, whose streams are flat stacks of channels."""
    made = sheet(
        "Fusion VGG-16",
        FEICHTENHOFER,
        "Streams joined at ReLU5_3 by a 1x1 convolution, one tower of fully connected layers: the network of the "
        "figures of Feichtenhofer et al., CVPR 2018. No trained one is published.",
    )
    flat = [stream.model_copy(update={"layout": "CHW"}) for stream in made.streams]
    return made.model_copy(update={"streams": tuple(flat)})


KNOWN = {
    "two_stream_vgg16": Known(
        title="Two-stream VGG-16",
        build=late_fusion,
        sheet=partial(
            sheet, "Two-stream VGG-16", SIMONYAN, "Two VGG-16, class scores averaged. One frame, ten flow fields."
        ),
        source="ucf101-img-vgg16-split1 and ucf101-TVL1flow-vgg16-split1 of feichtenhofer/twostreamfusion, a file each",
        tables=(STREAM_FILE,),
        parts=("appearance", "motion"),
    ),
    "fusion_vgg16": Known(
        title="Fusion VGG-16",
        build=partial(two_stream_fusion, "vgg16", 101),
        sheet=single_tower,
        source="nobody's: no trained network of this kind is published",
    ),
    "fusion_vgg16_3d": Known(
        title="Fusion VGG-16, 3D",
        build=partial(FusionVGG16, 101),
        sheet=partial(
            sheet,
            "Fusion VGG-16, 3D",
            FEICHTENHOFER,
            "Five chunks of one clip, ten frames apart; 3x3x3 convolution joins the streams at ReLU5_3, pool5 goes "
            "over the chunks, scores of both towers averaged.",
            chunks=CHUNKS,
            accuracy=0.925,
        ),
        source="a network trained by feichtenhofer/twostreamfusion (cnn_ucf101_fusion), saved by MatConvNet",
        tables=(FUSED_FILE,),
    ),
}
