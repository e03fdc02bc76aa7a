"""BN-Inception (Ioffe & Szegedy, ICML 2015) on the segments of a clip, layers named as in TSN's Caffe files."""

from __future__ import annotations

from torch import Tensor, cat, nn
from torch.nn import functional

from worker.models.families.convolution import PLANE, POINT, Halved, Unit, convolution, mean_pool, stacked
from worker.models.keys import Table

MODULES = {
    "3a": (64, (64, 64), (64, 96), 32), "3b": (64, (64, 96), (64, 96), 64), "3c": (0, (128, 160), (64, 96), 0),
    "4a": (224, (64, 96), (96, 128), 128), "4b": (192, (96, 128), (96, 128), 128),
    "4c": (160, (128, 160), (128, 160), 128), "4d": (96, (128, 192), (160, 192), 128),
    "4e": (0, (128, 192), (192, 256), 0),
    "5a": (352, (192, 320), (160, 224), 128), "5b": (352, (192, 320), (192, 224), 128),
}  # fmt: skip
"""Units of 1x1; 3x3_reduce, 3x3; double_3x3_reduce, double_3x3; pool_proj. 0: no such branch, the map is halved."""

CAFFE: Table = (
    (r"^base_model\.", ""),
    (r"^(conv1)/7x7_s2(_bn)?\.", r"\1_7x7_s2\2."),
    (r"^(conv2|inception_\d\w)/", r"\1_"),
    (r"^fc-?_?action\w*\.", "fc."),
    (r"^new_fc\.", "fc."),
    (r"^(conv1|conv2)_(\w+?)_bn\.", r"\1_\2.bn."),
    (r"^(conv1|conv2)_(\w+)\.(weight|bias)$", r"\1_\2.conv.\3"),
    (r"^(inception_\d\w)_(\w+?)_bn\.", r"\1.\2.bn."),
    (r"^(inception_\d\w)_(\w+)\.(weight|bias)$", r"\1.\2.conv.\3"),
)
"""TSN's Caffe layers (inception_3a/1x1, inception_3a/1x1_bn), and tsn-pytorch's (base_model.inception_3a_1x1)."""


class Module(nn.ModuleDict):
    """Branches side by side; where there is a `pool`, it takes maxima, else means."""

    def __init__(self, channels: int, name: str) -> None:
        super().__init__()
        one, three, double, pooled = MODULES[name]
        self.stride = 1 if one else 2
        step = (1, self.stride, self.stride)
        if one:
            self["1x1"] = _unit(channels, one)
        self["3x3_reduce"], self["3x3"] = _unit(channels, three[0]), _unit(*three, PLANE, step)
        self["double_3x3_reduce"], self["double_3x3_1"] = _unit(channels, double[0]), _unit(*double, PLANE)
        self["double_3x3_2"] = _unit(double[1], double[1], PLANE, step)
        if self.stride == 2:
            self["pool"] = Halved()
        elif name == "5b":
            self["pool"] = nn.MaxPool3d(PLANE, 1, (0, 1, 1))
        if pooled:
            self["pool_proj"] = _unit(channels, pooled)

    @property
    def units(self) -> int:
        """Units of all branches but the pooled input."""
        ends = ("1x1", "3x3", "double_3x3_2", "pool_proj")
        return sum(self[name].conv.out_channels for name in ends if name in self)  # type: ignore[union-attr, misc]

    def forward(self, x: Tensor) -> Tensor:
        """The branches' units, concatenated."""
        parts = [self["3x3"](self["3x3_reduce"](x))]
        parts += [self["double_3x3_2"](self["double_3x3_1"](self["double_3x3_reduce"](x)))]
        if self.stride == 2:
            even = functional.pad(x, (0, x.shape[-1] % 2, 0, x.shape[-2] % 2))  # pools end where convolutions do
            return cat([*parts, self["pool"](even)], 1)
        pooled = self["pool"](x) if "pool" in self else mean_pool(x)
        return cat([self["1x1"](x), *parts, self["pool_proj"](pooled)], 1)


class BNInception(nn.Module):
    """(batch, channels, time, height, width) in segments of `frames` to class scores, averaged over segments."""

    def __init__(self, channels: int, classes: int, *, frames: int = 1, step: int = 1) -> None:
        super().__init__()
        self.conv1_7x7_s2 = Unit(stacked(channels, 64, (7, 7), 2, frames, step))
        self.pool1, self.pool2 = Halved(), Halved()
        self.conv2_3x3_reduce = _unit(64, 64)
        self.conv2_3x3 = _unit(64, 192, PLANE)
        channels = 192
        for name in MODULES:
            module = Module(channels, name)
            self.add_module(f"inception_{name}", module)
            channels = module.units + (channels if module.stride == 2 else 0)
        self.dropout = nn.Dropout(0.8)
        self.fc = nn.Conv3d(channels, classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Class scores, (batch, classes)."""
        x = self.pool1(self.conv1_7x7_s2(x))
        x = self.pool2(self.conv2_3x3(self.conv2_3x3_reduce(x)))
        for name in MODULES:
            x = self.get_submodule(f"inception_{name}")(x)
        return self.fc(self.dropout(x.mean((3, 4), keepdim=True))).mean((2, 3, 4))


def _unit(
    channels: int, units: int, kernel: tuple[int, int, int] = POINT, stride: tuple[int, int, int] = POINT
) -> Unit:
    return Unit(convolution(channels, units, kernel, stride, bias=True))
