"""Channel-separated networks (Tran et al., ICCV 2019): bottlenecks whose 3x3x3 convolution sees one channel each."""

from __future__ import annotations

from functools import partial

from torch import Tensor, nn

from worker.models.families.convolution import CUBE, PLANE, POINT, convolution
from worker.models.families.residual import DEPTHS, stage
from worker.models.families.slowfast import PYTORCHVIDEO_NAMES, clip, published, sheet
from worker.models.known import Known

PAPER = "Tran et al.: Video classification with channel-separated convolutional networks, ICCV 2019."


class CSN(nn.Module):
    """(batch, 3, time, height, width) to class scores."""

    def __init__(self, depth: int = 101, classes: int = 400) -> None:
        super().__init__()
        self.conv1, self.bn1 = convolution(3, 64, (3, 7, 7), (1, 2, 2)), nn.BatchNorm3d(64)
        self.relu, self.maxpool = nn.ReLU(), nn.MaxPool3d(PLANE, (1, 2, 2), (0, 1, 1))
        channels = 64
        for number, blocks in enumerate(DEPTHS[depth], start=1):
            width, stride = 32 << number, POINT if number == 1 else (2, 2, 2)
            kernels = [(POINT, CUBE)] * blocks
            row = stage(channels, width, 4 * width, stride=stride, kernels=kernels, groups=width)
            self.add_module(f"layer{number}", row)
            channels = 4 * width
        self.fc = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Class scores, (batch, classes)."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for number in range(1, 5):
            x = self.get_submodule(f"layer{number}")(x)
        return self.fc(x.mean((2, 3, 4)))


KNOWN = {
    "csn_r101": Known(
        title="CSN R101 32x2",
        build=CSN,
        sheet=partial(
            sheet,
            "CSN R101 32x2",
            clip(32, 2),
            "Every second of 64 frames.",
            (0.77, 0.929),
            PAPER,
        ),
        published=partial(published, "CSN_32x2_R101.pyth"),
        tables=(PYTORCHVIDEO_NAMES,),
    )
}
