"""Networks of which it is known on paper what passes from where to where."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from contract.catalogue import LayerCard, ModelCard, Stream
from worker.analyses.collection import Entry

SIDE, FRAMES = 8, 4
CLIP = Stream(name="clip", kind="clip", frames=FRAMES, height=SIDE, width=SIDE, layout="CTHW", mean=(0.5,) * 3)


def card_of(module: nn.Module, units: dict[str, int], *, depths: dict[str, int] | None = None) -> ModelCard:
    """A card of the layers `units`, in this order; the last are the classes."""
    layers = tuple(
        LayerCard(
            path=path, kind="conv", units=count, frames=FRAMES, height=SIDE, width=SIDE, stride=1, receptive_field=3,
            receptive_frames=3, streams=("clip",), lane="clip", depth=(depths or {}).get(path, i + 1),
        )
        for i, (path, count) in enumerate(units.items())
    )  # fmt: skip
    classes = list(units)[-1]
    return ModelCard(
        name="net",
        title="Net",
        fingerprint="0123456789abcdef",
        streams=(CLIP,),
        layers=layers,
        class_layer=classes,
        classes=tuple(f"class {i}" for i in range(units[classes])),
    )


class Chain(nn.Module):
    """Convolutions one after the other, each followed by a ReLU, and a linear head on the mean of the map."""

    def __init__(self, widths: tuple[int, ...] = (6, 8, 5), *, groups: int = 1, bias: bool = True) -> None:
        super().__init__()
        torch.manual_seed(0)
        last = 3
        for i, width in enumerate(widths):
            self.add_module(f"conv{i}", nn.Conv3d(last, width, 3, padding=1, groups=groups if i else 1, bias=bias))
            last = width
        self.count = len(widths)
        self.head = nn.Linear(last, 4, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        for i in range(self.count):
            x = self.get_submodule(f"conv{i}")(x).relu()
        return self.head(x.mean((2, 3, 4)))


class Residual(nn.Module):
    """Two convolutions beside a way around them; `sum` is where both come together."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.stem = nn.Conv3d(3, 6, 3, padding=1)
        self.inner = nn.Conv3d(6, 6, 3, padding=1)
        self.sum = nn.Identity()
        self.head = nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x).relu()
        return self.head(self.sum(x + self.inner(x)).relu().mean((2, 3, 4)))


class Branches(nn.Module):
    """Two branches of 2 and 3 units, concatenated, then mixed by a 1 x 1 convolution."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(2)
        self.left = nn.Conv3d(3, 2, 1, bias=False)
        self.right = nn.Conv3d(3, 3, 1, bias=False)
        self.mix = nn.Conv3d(5, 4, 1, bias=False)
        self.head = nn.Linear(4, 2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.mix(torch.cat([self.left(x), self.right(x)], 1)).mean((2, 3, 4)))


class Known:
    """In the place of a worker's source of clips: entries by what is asked for."""

    def __init__(self, entries: dict[str, list[Entry]]) -> None:
        self.entries = entries.__getitem__


def clip(seed: int = 0) -> list[Tensor]:
    """One input in method units."""
    return [50 * torch.randn(3, FRAMES, SIDE, SIDE, generator=torch.Generator().manual_seed(seed))]
