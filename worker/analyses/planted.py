"""A network whose findings are known on paper, and clips for it: what the analyses say of it must be so."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from contract.catalogue import LayerCard, ModelCard, Stream
from worker.analyses.collection import Entry
from worker.models.model import Model

STREAMS = (
    Stream(name="appearance", kind="appearance", frames=1, height=16, width=16, layout="CHW", mean=(0.5,) * 3),
    Stream(name="motion", kind="motion", frames=4, height=16, width=16, layout="CHW", span=1.0),
)

LOOK, MOVE, BOTH, SUM, FAST, ANY, STILL = range(7)
"""Units of `wired`: the picture alone; motion alone; only both together; their sum; fast motion only; motion of any
speed; what no input changes."""


class Wired(nn.Module):
    """Two numbers go in: brightness of the picture and speed of the motion, each a mean over a 3 x 3 field."""

    def __init__(self) -> None:
        super().__init__()
        self.look = nn.Conv2d(3, 1, 3, padding=1)
        self.move = nn.Conv2d(8, 1, 3, padding=1)
        self.mix = nn.Conv2d(2, 5, 1)
        self.top = nn.Conv2d(5, 7, 1)
        self.classes = nn.Linear(7, 2)
        with torch.no_grad():
            for value in self.parameters():
                value.zero_()
            self._wire()

    def _wire(self) -> None:
        self.look.weight.fill_(1 / 27)
        self.move.weight[:, ::2] = 1 / 36  # mean over u of all frames: a speed of 1 gives 1
        rows = torch.tensor([[1, 0, 0], [0, 1, 0], [1, 1, -1.5], [0, 1, -3], [0, 8, 0]])  # of look, of move, bias
        self.mix.weight[:, :, 0, 0] = rows[:, :2]
        self.get_parameter("mix.bias").copy_(rows[:, 2])
        top = self.top.weight[:, :, 0, 0]
        top[LOOK, 0] = top[MOVE, 1] = top[BOTH, 2] = top[SUM, 0] = top[SUM, 1] = 1
        top[FAST, 3] = 1  # nothing up to a speed of 3
        top[ANY, 4] = 1  # as much as can be from a speed of a quarter on
        self.get_parameter("top.bias")[STILL] = 1.0
        self.classes.weight[0, LOOK] = self.classes.weight[1, MOVE] = 1

    def forward(self, appearance: Tensor, motion: Tensor) -> Tensor:
        """Two class scores, (batch, 2)."""
        seen = torch.cat([self.look(appearance).relu(), self.move(motion).relu()], 1)
        mixed = self.mix(seen).relu().clamp(max=2.0)
        return self.classes(self.top(mixed).amax((2, 3)))


def _layer(path: str, units: int, streams: tuple[str, ...], *, side: int = 16, field: int | None = 3) -> LayerCard:
    return LayerCard(
        path=path, kind="conv", units=units, frames=1, height=side, width=side, stride=1 if field else None,
        receptive_field=field, receptive_frames=4, streams=streams, lane=streams[0] if len(streams) == 1 else "joint",
    )  # fmt: skip


BOTH_STREAMS = ("appearance", "motion")
CARD = ModelCard(
    name="wired",
    title="Wired",
    fingerprint="0123456789abcdef",
    streams=STREAMS,
    layers=(
        _layer("look", 1, ("appearance",)),
        _layer("move", 1, ("motion",)),
        _layer("mix", 5, BOTH_STREAMS),
        _layer("top", 7, BOTH_STREAMS),
        _layer("classes", 2, BOTH_STREAMS, side=1, field=None),
    ),
    class_layer="classes",
    classes=("bright", "moving"),
)


def wired() -> Model:
    """The network with its card."""
    return Model(CARD, Wired().eval().requires_grad_(False))


def clip(name: str, *, bright: float, speed: float, label: int | None = None, spot: tuple[int, int] = (8, 8)) -> Entry:
    """A 7 x 7 spot of a brightness (of the network's units) that moves to the right at a speed."""
    place = (slice(max(0, spot[0] - 3), spot[0] + 4), slice(max(0, spot[1] - 3), spot[1] + 4))

    def read(factor: float) -> list[Tensor]:
        appearance, motion = torch.zeros(3, 1, 16, 16), torch.zeros(2, 4, 16, 16)
        appearance[(..., *place)] = bright * 255
        motion[(0, slice(None), *place)] = speed * factor
        return [appearance, motion]

    return Entry(name=name, label=label, read=read)


def clips() -> list[Entry]:
    """Six bright clips at rest, six moving dark ones, and one that is bright and moves, in another place."""
    bright = [clip(f"bright {i}", bright=1 + i / 10, speed=0, label=0) for i in range(6)]
    moving = [clip(f"moving {i}", bright=0, speed=1 + i / 10, label=1) for i in range(6)]
    return [*bright, *moving, clip("both", bright=1, speed=1, spot=(2, 13))]
