"""Inception-v3 (Szegedy et al., CVPR 2016) on the segments of a clip, modules named as in torchvision.

TSN's network is of the graph that was published in December 2015, converted to Caffe: the long kernels lie the other
way there, and the last module keeps maxima. So it is no torchvision network with other names.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, cat, nn

from worker.models.families.convolution import PLANE, Size, Unit, mean_pool
from worker.models.keys import Table

Layer = tuple[str, int, Size] | tuple[str, int, Size, int]
"""Name, units, kernel; stride 2 where it is given."""

ONE, THREE, FIVE, WIDE, TALL = (1, 1, 1), (1, 3, 3), (1, 5, 5), (1, 1, 7), (1, 7, 1)
ACROSS, DOWN = (1, 1, 3), (1, 3, 1)
POOL = "branch_pool"


def _same(pooled: int) -> list[list[Layer]]:
    return [
        [("branch1x1", 64, ONE)],
        [("branch5x5_1", 48, ONE), ("branch5x5_2", 64, FIVE)],
        [("branch3x3dbl_1", 64, ONE), ("branch3x3dbl_2", 96, THREE), ("branch3x3dbl_3", 96, THREE)],
        [(POOL, pooled, ONE)],
    ]


def _seven(width: int) -> list[list[Layer]]:
    return [
        [("branch1x1", 192, ONE)],
        [("branch7x7_1", width, ONE), ("branch7x7_2", width, WIDE), ("branch7x7_3", 192, TALL)],
        [("branch7x7dbl_1", width, ONE), ("branch7x7dbl_2", width, TALL), ("branch7x7dbl_3", width, WIDE),
         ("branch7x7dbl_4", width, TALL), ("branch7x7dbl_5", 192, WIDE)],
        [(POOL, 192, ONE)],
    ]  # fmt: skip


def _split() -> list[list[Layer]]:
    return [
        [("branch1x1", 320, ONE)],
        [("branch3x3_1", 384, ONE), ("branch3x3_2a", 384, ACROSS), ("branch3x3_2b", 384, DOWN)],
        [("branch3x3dbl_1", 448, ONE), ("branch3x3dbl_2", 384, THREE), ("branch3x3dbl_3a", 384, ACROSS),
         ("branch3x3dbl_3b", 384, DOWN)],
        [(POOL, 192, ONE)],
    ]  # fmt: skip


MODULES: Mapping[str, list[list[Layer]]] = {
    "5b": _same(32), "5c": _same(64), "5d": _same(64),
    "6a": [[("branch3x3", 384, THREE, 2)],
           [("branch3x3dbl_1", 64, ONE), ("branch3x3dbl_2", 96, THREE), ("branch3x3dbl_3", 96, THREE, 2)]],
    "6b": _seven(128), "6c": _seven(160), "6d": _seven(160), "6e": _seven(192),
    "7a": [[("branch3x3_1", 192, ONE), ("branch3x3_2", 320, THREE, 2)],
           [("branch7x7x3_1", 192, ONE), ("branch7x7x3_2", 192, WIDE), ("branch7x7x3_3", 192, TALL),
            ("branch7x7x3_4", 192, THREE, 2)]],
    "7b": _split(), "7c": _split(),
}  # fmt: skip
"""The branches of every module. Layers that end in a and b read the same map side by side."""

STEM: list[Layer] = [
    ("Conv2d_1a_3x3", 32, THREE, 2), ("Conv2d_2a_3x3", 32, THREE), ("Conv2d_2b_3x3", 64, THREE),
    ("Conv2d_3b_1x1", 80, ONE), ("Conv2d_4a_3x3", 192, THREE),
]  # fmt: skip


def caffe_names() -> Table:
    """Names of TSN's Caffe files, and of their PyTorch form (base_model.): mixed_4_tower_conv_1_Conv2D, ..._batchnorm.

    A module is `mixed`, `mixed_1`, ...; its only branch of one layer is `conv`, the others are `tower`, `tower_1`, ...
    """
    ours = {"conv" + (f"_{i}" if i else ""): layer[0] for i, layer in enumerate(STEM)}
    for number, (name, branches) in enumerate(MODULES.items()):
        towers = 0
        for branch in branches:
            place = "mixed" + (f"_{number}" if number else "")
            if len(branch) > 1 or branch[0][0] == POOL:
                place += "_tower" + (f"_{towers}" if towers else "")
                towers += 1
            for i, layer in enumerate(branch):
                own = {"a": "mixed_conv", "b": "mixed_conv_1"}.get(layer[0][-1], "conv" + (f"_{i}" if i else ""))
                ours[f"{place}_{own}"] = f"Mixed_{name}.{layer[0]}"
    table = [(r"^base_model\.", ""), (r"^(?:fc-?_?action\w*|new_fc|top_cls_fc)\.", "fc.")]
    for theirs, name in ours.items():
        table += [(rf"^{theirs}_(?i:conv2d)\.", f"{name}.conv."), (rf"^{theirs}_batchnorm\.", f"{name}.bn.")]
    return tuple(table)


class Module(nn.Module):
    """Branches side by side; a module without a pooled branch halves the map, and keeps its maxima beside.

    turned: kernels of several columns have as many rows instead, and the other way round. maxima: what is pooled.
    """

    def __init__(
        self, channels: int, branches: list[list[Layer]], *, turned: bool = False, maxima: bool = False
    ) -> None:
        super().__init__()
        self.mix = nn.MaxPool3d(PLANE, 1, (0, 1, 1)) if maxima else None
        self.branches = [[layer[0] for layer in branch] for branch in branches]
        self.halves = all(branch[0] != POOL for branch in self.branches)
        self.units = channels if self.halves else 0
        self.pool = nn.MaxPool3d(THREE, (1, 2, 2)) if self.halves else nn.Identity()
        for branch in branches:
            width = channels
            for layer in branch:
                self.add_module(layer[0], _unit(width, layer, inside=len(layer) == 3, turned=turned))
                width = layer[1] if not layer[0].endswith("a") else width
            self.units += branch[-1][1] * (2 if branch[-1][0].endswith("b") else 1)

    def forward(self, x: Tensor) -> Tensor:
        """The branches' units, concatenated."""
        parts = [self._run(branch, x) for branch in self.branches]
        return cat([*parts, self.pool(x)] if self.halves else parts, 1)

    def _run(self, branch: list[str], x: Tensor) -> Tensor:
        if branch[0] == POOL:
            x = self.mix(x) if self.mix else mean_pool(x)
        row = [self.get_submodule(name) for name in branch]
        parallel = 2 if branch[-1].endswith("b") else 0
        for part in row[: len(row) - parallel]:
            x = part(x)
        return cat([part(x) for part in row[-2:]], 1) if parallel else x


class InceptionV3(nn.Module):
    """(batch, channels, time, height, width) in segments of `frames` to class scores, averaged over segments.

    first: the network as it was first published, in December 2015.
    """

    def __init__(self, channels: int, classes: int, *, frames: int = 1, step: int = 1, first: bool = False) -> None:
        super().__init__()
        for layer in STEM:
            unit = _unit(channels, layer, inside=layer[0] == "Conv2d_2b_3x3")
            if layer is STEM[0]:
                unit.conv = nn.Conv3d(channels, 32, (frames, 3, 3), (step, 2, 2), bias=False)
            self.add_module(layer[0], unit)
            channels = layer[1]
        for name, branches in MODULES.items():
            module = Module(channels, branches, turned=first, maxima=first and name == "7c")
            self.add_module(f"Mixed_{name}", module)
            channels = module.units
        self.pool = nn.MaxPool3d(THREE, (1, 2, 2))
        self.dropout = nn.Dropout(0.8)
        self.fc = nn.Conv3d(channels, classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Class scores, (batch, classes)."""
        for name, part in self.named_children():
            if name in {"Conv2d_3b_1x1", "Mixed_5b"}:
                x = self.pool(x)
            if name not in {"pool", "dropout", "fc"}:
                x = part(x)
        return self.fc(self.dropout(x.mean((3, 4), keepdim=True))).mean((2, 3, 4))


def _unit(channels: int, layer: Layer, *, inside: bool, turned: bool = False) -> Unit:
    """inside: zeros around the map keep its size. turned: rows and columns change places."""
    _, units, (frames, rows, columns), *stride = layer
    kernel = (frames, columns, rows) if turned else (frames, rows, columns)
    step = (1, stride[0], stride[0]) if stride else 1
    padding = (0, kernel[1] // 2, kernel[2] // 2) if inside else 0
    return Unit(nn.Conv3d(channels, units, kernel, step, padding, bias=False), epsilon=1e-3)
