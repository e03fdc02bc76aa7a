"""SlowFast and Slow (Feichtenhofer et al., ICCV 2019): one clip, seen by two pathways at two frame rates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from torch import Tensor, cat, nn

from contract.catalogue import Stream
from worker.models import labels
from worker.models.families.convolution import PLANE, POINT, Size, Unit, convolution
from worker.models.families.residual import DEPTHS, stage
from worker.models.keys import Table
from worker.models.known import Known, Published
from worker.models.sheet import Sheet

PAPER = "Feichtenhofer et al.: SlowFast networks for video recognition, ICCV 2019."
PYTORCHVIDEO = "https://dl.fbaipublicfiles.com/pytorchvideo/model_zoo/kinetics"
KINETICS_RATE = 30.0

TIME: Size = (3, 1, 1)
SLOW_KERNELS, FAST_KERNELS = (POINT, POINT, TIME, TIME), (TIME, TIME, TIME, TIME)
"""First kernel of the bottlenecks, per stage."""

ALPHA, BETA = 4, 8
"""The fast pathway has ALPHA times the frames, and 1 / BETA of the channels."""

LETTERS: Table = tuple(
    rule
    for number, letter in enumerate("abc", start=1)
    for rule in (
        (rf"\.branch2\.(?:conv_)?{letter}\.", f".conv{number}."),
        (rf"\.branch2\.(?:norm_{letter}|{letter}_bn)\.", f".bn{number}."),
    )
)
SHORTCUT: Table = ((r"\.branch1(?:_conv)?\.", ".downsample.0."), (r"\.branch1_(?:norm|bn)\.", ".downsample.1."))

PYTORCHVIDEO_NAMES: Table = (
    (r"^blocks\.(\d)\.multipathway_fusion\.conv_fast_to_slow\.", r"fast.lateral\1.conv."),
    (r"^blocks\.(\d)\.multipathway_fusion\.norm\.", r"fast.lateral\1.bn."),
    (r"^blocks\.\d\.proj\.", "fc."),
    (r"^blocks\.(\d)\.multipathway_blocks\.0\.", r"slow.\1."),
    (r"^blocks\.(\d)\.multipathway_blocks\.1\.", r"fast.\1."),
    (r"^blocks\.", ""),
    (r"^((?:slow\.|fast\.)?)0\.conv\.", r"\1conv1."),
    (r"^((?:slow\.|fast\.)?)0\.norm\.", r"\1bn1."),
    (r"^((?:slow\.|fast\.)?)(\d)\.res_blocks\.", r"\1layer\2."),
    *LETTERS,
    *SHORTCUT,
)
"""PyTorchVideo's names, for one pathway or two."""


def pyslowfast_names(*, pathways: int) -> Table:
    """PySlowFast's names."""
    prefixes = ("slow.", "fast.") if pathways == 2 else ("",)
    rules = [(r"^head\.projection\.", "fc.")]
    for number in range(5):
        rules += [(rf"^s{number + 1}_fuse\.conv_f2s\.", f"fast.lateral{number}.conv."),
                  (rf"^s{number + 1}_fuse\.bn\.", f"fast.lateral{number}.bn.")]  # fmt: skip
        for index, prefix in enumerate(prefixes):
            begin = rf"^s{number + 1}\.pathway{index}_"
            rules += [(rf"{begin}stem\.conv\.", f"{prefix}conv1."), (rf"{begin}stem\.bn\.", f"{prefix}bn1."),
                      (rf"{begin}res(\d+)\.", rf"{prefix}layer{number}.\1.")]  # fmt: skip
    return (*rules, *LETTERS, *SHORTCUT)


class Pathway(nn.Module):
    """A residual network over a clip, (batch, 3, time, height, width), to its last maps.

    width: channels of conv1. joined: channels that another pathway adds in front of every stage, per channel of it.
    """

    def __init__(self, depth: int, width: int, stem: Size, kernels: Sequence[Size], *, joined: float = 0) -> None:
        super().__init__()
        self.conv1, self.bn1 = convolution(3, width, stem, (1, 2, 2)), nn.BatchNorm3d(width)
        self.relu, self.maxpool = nn.ReLU(), nn.MaxPool3d(PLANE, (1, 2, 2), (0, 1, 1))
        channels = width
        for number, blocks in enumerate(DEPTHS[depth], start=1):
            made = stage(
                channels + int(joined * channels),
                width << (number - 1),
                width << (number + 1),
                stride=POINT if number == 1 else (1, 2, 2),
                kernels=[(kernels[number - 1], PLANE)] * blocks,
            )
            self.add_module(f"layer{number}", made)
            channels = width << (number + 1)
        self.units = channels

    def stem(self, x: Tensor) -> Tensor:
        """conv1 and its pool."""
        return self.maxpool(self.relu(self.bn1(self.conv1(x))))

    def forward(self, x: Tensor) -> Tensor:
        """The last maps."""
        x = self.stem(x)
        for number in range(1, 5):
            x = self.get_submodule(f"layer{number}")(x)
        return x


class Slow(Pathway):
    """The slow pathway alone, as a network: (batch, 3, time, height, width) to class scores."""

    def __init__(self, depth: int = 50, classes: int = 400) -> None:
        super().__init__(depth, 64, (1, 7, 7), SLOW_KERNELS)
        self.dropout = nn.Dropout(0.5)
        self.fc = nn.Linear(self.units, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Class scores, (batch, classes)."""
        return self.fc(self.dropout(super().forward(x).mean((2, 3, 4))))


class SlowFast(nn.Module):
    """Both pathways on one clip, (batch, 3, time, height, width), of which the slow one sees every ALPHA-th frame.

    lateral: how many frames of the fast pathway the convolutions see that join it to the slow one.
    """

    def __init__(self, depth: int = 50, *, lateral: int = 7, classes: int = 400) -> None:
        super().__init__()
        self.slow = Pathway(depth, 64, (1, 7, 7), SLOW_KERNELS, joined=2 / BETA)
        self.fast = Pathway(depth, 64 // BETA, (5, 7, 7), FAST_KERNELS)
        for number in range(4):
            channels = 64 // BETA if number == 0 else (64 // BETA) << (number + 1)
            conv = convolution(channels, 2 * channels, (lateral, 1, 1), (ALPHA, 1, 1))
            self.fast.add_module(f"lateral{number}", Unit(conv))
        self.dropout = nn.Dropout(0.5)
        self.fc = nn.Linear(self.slow.units + self.fast.units, classes)

    def forward(self, clip: Tensor) -> Tensor:
        """Class scores, (batch, classes)."""
        x, y = self.slow.stem(clip[:, :, ::ALPHA]), self.fast.stem(clip)
        for number in range(1, 5):
            x = cat((x, self.fast.get_submodule(f"lateral{number - 1}")(y)), 1)
            x, y = (pathway.get_submodule(f"layer{number}")(z) for pathway, z in ((self.slow, x), (self.fast, y)))
        return self.fc(self.dropout(cat((x.mean((2, 3, 4)), y.mean((2, 3, 4))), 1)))


def clip(frames: int, every: int, side: int = 224) -> Stream:
    """Every so many frames of Kinetics at 30 a second, normalized as PyTorchVideo's networks take it."""
    return Stream(
        name="clip",
        kind="clip",
        frames=frames,
        height=side,
        width=side,
        fps=KINETICS_RATE / every,
        mean=(0.45, 0.45, 0.45),
        std=(0.225, 0.225, 0.225),
    )


def sheet(title: str, stream: Stream, description: str, accuracy: tuple[float, float], paper: str = PAPER) -> Sheet:
    """The card of a network of PyTorchVideo's model zoo, whose table states the accuracy."""
    return Sheet(
        title=f"{title} on Kinetics-400",
        description=description,
        streams=(stream,),
        classes=labels.find("kinetics400", folder=labels.FOLDER),
        citation=paper,
        licence="code: Apache-2.0 (PyTorchVideo, PySlowFast); weights: CC BY-NC 4.0 (PySlowFast's model zoo)",
        accuracy={"acc@1": accuracy[0], "acc@5": accuracy[1]},
    )


def published(file: str) -> Published:
    """A file of PyTorchVideo's model zoo; its checksum is not published."""
    return Published(f"{PYTORCHVIDEO}/{file}", file)


def _both(title: str, accuracy: tuple[float, float]) -> Sheet:
    made = sheet(
        title,
        clip(32, 2),
        "Slow: every fourth of 32 frames. Fast: all of them, with an eighth of the channels. One clip is optimized; "
        "the slow pathway sees its frames 0, 4, 8, ... (PySlowFast rounds to 0, 4, 8, 13, ...).",
        accuracy,
    )
    return made.model_copy(update={"lanes": {"slow": "slow.", "fast": "fast."}})


KNOWN = {
    **{
        name: Known(
            title=title,
            build=partial(SlowFast, depth, lateral=lateral),
            sheet=partial(_both, title, accuracy),
            published=partial(published, file),
            tables=(PYTORCHVIDEO_NAMES, pyslowfast_names(pathways=2)),
        )
        for name, title, depth, lateral, file, accuracy in (
            ("slowfast_r50", "SlowFast R50 8x8", 50, 7, "SLOWFAST_8x8_R50.pyth", (0.7694, 0.9269)),
            ("slowfast_r101", "SlowFast R101 8x8", 101, 5, "SLOWFAST_8x8_R101.pyth", (0.7790, 0.9327)),
        )
    },
    "slow_r50": Known(
        title="Slow R50 8x8",
        build=Slow,
        sheet=partial(
            sheet, "Slow R50 8x8", clip(8, 8), "Every eighth frame; the slow pathway alone.", (0.7458, 0.9163)
        ),
        published=partial(published, "SLOW_8x8_R50.pyth"),
        tables=(PYTORCHVIDEO_NAMES, pyslowfast_names(pathways=1)),
    ),
}
