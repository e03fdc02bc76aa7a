"""Tiny networks whose optima are known on paper."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from contract.catalogue import LayerCard, ModelCard, Stream
from contract.spec import Parameters, VisualizationSpec
from worker.models.model import Model, Statistics

APPEARANCE = Stream(name="appearance", kind="appearance", frames=1, height=16, width=16, layout="CHW", mean=(0.5,) * 3)
MOTION = Stream(name="motion", kind="motion", frames=4, height=16, width=16, layout="CHW", span=1.0)
CLIP = Stream(name="clip", kind="clip", frames=6, height=16, width=16, layout="CTHW", mean=(0.5,) * 3)


class LinearTwoStream(nn.Module):
    """Per-stream convolutions whose outputs are concatenated and mixed 1x1, without a single non-linearity."""

    def __init__(self, *, kernel: int = 5, seed: int = 0) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.appearance = nn.Conv2d(3, 4, kernel, padding=kernel // 2)
        self.motion = nn.Conv2d(8, 4, kernel, padding=kernel // 2)
        self.fusion = nn.Conv2d(8, 6, 1)

    def forward(self, appearance: Tensor, motion: Tensor) -> Tensor:
        joined = torch.cat([self.appearance(appearance), self.motion(motion)], 1)
        return self.fusion(joined).mean((2, 3))


def linear_two_stream(*, kernel: int = 5, seed: int = 0, statistics: Statistics | None = None) -> Model:
    """The linear network as a model; layers `appearance`, `motion`, `fusion`."""
    module = LinearTwoStream(kernel=kernel, seed=seed).eval().requires_grad_(False)
    streams = (APPEARANCE, MOTION)
    layers = tuple(
        LayerCard(
            path=path, kind="conv", units=units, frames=1, height=16, width=16, stride=1,
            receptive_field=kernel, receptive_frames=4, streams=names,
        )
        for path, units, names in [
            ("appearance", 4, ("appearance",)),
            ("motion", 4, ("motion",)),
            ("fusion", 6, ("appearance", "motion")),
        ]
    )  # fmt: skip
    card = ModelCard(
        name="linear", title="linear", fingerprint="0123456789", streams=streams, layers=layers, class_layer=None
    )
    return Model(card, module, statistics)


def spec(layer: str, unit: int, **parameters: Any) -> VisualizationSpec:
    """A spec for the linear model."""
    return VisualizationSpec(
        model="linear", layer=layer, unit=unit, fingerprint="0123456789", parameters=Parameters(**parameters)
    )


def last(steps):
    """The optima of a run."""
    *_, step = steps
    return step.optima


class Snippets(nn.Module):
    """One class: what is seen in three snippets of motion, with the sign of each, over all pixels alike."""

    def __init__(self, sign: tuple[float, ...] = (1.0, -1.0, 1.0)) -> None:
        super().__init__()
        weight = torch.ones(2, 6, 16, 16) * torch.tensor(sign).repeat_interleave(2).view(1, 6, 1, 1)
        self.classes = nn.Linear(weight.numel(), 1, bias=False)
        self.classes.weight.data = weight.flatten()[None] / 100

    def forward(self, motion: Tensor) -> Tensor:
        return self.classes(motion.flatten(1))


def snippets(segments: int) -> Model:
    """The network as a model whose clip is said to be of as many segments."""
    stream = MOTION.model_copy(update={"frames": 6, "layout": "CTHW", "segments": segments})
    layer = LayerCard(
        path="classes", kind="class", units=1, frames=1, height=1, width=1, stride=None, receptive_field=None,
        receptive_frames=None, streams=("motion",),
    )  # fmt: skip
    card = ModelCard(
        name="linear", title="linear", fingerprint="0123456789", streams=(stream,), layers=(layer,), class_layer=None
    )
    return Model(card, Snippets().eval().requires_grad_(False), None)
