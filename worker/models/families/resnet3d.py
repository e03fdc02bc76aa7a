"""3D residual networks (Hara et al., CVPR 2018): ResNet-50, -101, -152 and ResNeXt-101.

Modules are named as in the authors' release, 3D-ResNets-PyTorch.
"""

from __future__ import annotations

from functools import partial

from torch import Tensor, nn

from contract.catalogue import Stream
from worker.models import labels
from worker.models.families.convolution import CUBE, POINT
from worker.models.families.residual import DEPTHS, stage
from worker.models.known import Known
from worker.models.sheet import Sheet

PAPER = "Hara, Kataoka, Satoh: Can spatiotemporal 3D CNNs retrace the history of 2D CNNs and ImageNet?, CVPR 2018."
SOURCE = "Kinetics weights of the repository kenshohara/3D-ResNets-PyTorch (release of 2017-18)"


class ResNet3d(nn.Module):
    """(batch, 3, time, height, width) to class scores. groups: 32 for ResNeXt, whose bottlenecks are twice as wide."""

    def __init__(self, depth: int, *, groups: int = 1, classes: int = 400) -> None:
        super().__init__()
        self.conv1 = nn.Conv3d(3, 64, 7, (1, 2, 2), 3, bias=False)
        self.bn1 = nn.BatchNorm3d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool3d(3, 2, 1)
        channels, width = 64, 64 if groups == 1 else 128
        for number, blocks in enumerate(DEPTHS[depth], start=1):
            units, stride = 256 << (number - 1), POINT if number == 1 else (2, 2, 2)
            made = stage(channels, width, units, stride=stride, kernels=[(POINT, CUBE)] * blocks, groups=groups)
            self.add_module(f"layer{number}", made)
            channels, width = units, 2 * width
        self.avgpool = nn.AdaptiveAvgPool3d(1)
        self.fc = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Class scores, (batch, classes)."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for number in range(1, 5):
            x = self.get_submodule(f"layer{number}")(x)
        return self.fc(self.avgpool(x).flatten(1))


def sheet(title: str, top1: float, top5: float) -> Sheet:
    """The card. top1, top5: accuracy on Kinetics-400's validation set, by the paper's table."""
    return Sheet(
        title=f"{title} on Kinetics-400",
        description="Trained from scratch on 16 consecutive frames. Input as in the release of 2017-18: by default "
        "0..255 minus ActivityNet's mean; its later releases divide by 255 and by a standard deviation.",
        streams=(
            Stream(name="clip", kind="clip", frames=16, height=112, width=112, fps=25.0, span=1.0,
                   mean=(114.7748, 107.7354, 99.475)),
        ),
        classes=labels.find("kinetics400", folder=labels.FOLDER),
        citation=PAPER,
        licence="code and weights: MIT (3D-ResNets-PyTorch)",
        accuracy={"acc@1": top1, "acc@5": top5},
    )  # fmt: skip


KNOWN = {
    name: Known(
        title=title,
        build=partial(ResNet3d, depth, groups=groups),
        sheet=partial(sheet, title, *accuracy),
        source=SOURCE,
    )
    for name, title, depth, groups, accuracy in (
        ("resnet3d_50", "3D ResNet-50", 50, 1, (0.613, 0.831)),
        ("resnet3d_101", "3D ResNet-101", 101, 1, (0.628, 0.839)),
        ("resnet3d_152", "3D ResNet-152", 152, 1, (0.630, 0.844)),
        ("resnext3d_101", "3D ResNeXt-101", 101, 32, (0.651, 0.857)),
    )
}
