"""Does a network still see the class in the picture of a class, once it is stored in 8 bits, shifted or blurred?

A picture that a network only takes for a class at the exact pixels it was made of shows its noise, not what it knows.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from contract.spec import FAST, SLOW, Parameters, VisualizationRequest, bind
from worker import canvas
from worker.demo.measures import stored
from worker.models.model import Model
from worker.optimize import optimize
from worker.optimum import Optimum

SHIFT = 8
"""Pixels."""

CERTAIN = 0.9
"""Probability from which the network is said to see the class."""

CONTRAST = 0.6
"""The contrast that is tried beside the plain logit: as much as the unit page offers."""


def verify(model: Model, *, count: int) -> Iterator[tuple[str, float, str, str]]:
    """Share of `count` evenly spaced classes that the network is certain of: (name, value, unit, target)."""
    layer = model.card.class_layer
    assert layer is not None
    units = np.unique(np.linspace(0, model.card.layer(layer).units - 1, count).round().astype(int)).tolist()
    fast = Parameters(chi=FAST)
    ways = {"fast": fast, "contrast": fast.model_copy(update={"contrast": CONTRAST}), "slow": Parameters(chi=SLOW)}
    for name, how in ways.items():
        seen = [certainty(model, optimum) for optimum in _optima(model, layer, units, how)]
        target = "" if name == "slow" else ">= .9"
        yield f"classes.{name}.certain", sum(p >= CERTAIN for p in seen) / len(seen), "", target
        yield f"classes.{name}.probability", float(np.median(seen)), "", ""


def certainty(model: Model, optimum: Optimum) -> float:
    """Mean probability of the class over nine shifts of its stored picture, and one blur."""
    pictures = stored(optimum.inputs, model.card.streams)
    views = [pictures, *([_shifted(x, *by) for x in pictures] for by in _SHIFTS), [_blurred(x) for x in pictures]]
    with torch.inference_mode():
        seen = [float(_probabilities(model, view)[optimum.spec.unit]) for view in views]
    return sum(seen) / len(seen)


_SHIFTS = [(down, right) for down in (-SHIFT, 0, SHIFT) for right in (-SHIFT, 0, SHIFT) if down or right]


def _optima(model: Model, layer: str, units: list[int], how: Parameters) -> Iterator[Optimum]:
    for unit in tqdm(units, desc=f"classes at chi {how.chi:g}, contrast {how.contrast:g}", disable=None):
        request = VisualizationRequest(model=model.card.name, layer=layer, unit=unit, parameters=how)
        *_, last = optimize(model, [bind(request, model.card.fingerprint)])
        yield last.optima[0]


def _probabilities(model: Model, pictures: list[Tensor]) -> Tensor:
    streams = zip(pictures, model.card.streams, strict=True)
    inputs = [canvas.to_network(x.expand(-1, -1, stream.frames, -1, -1), stream) for x, stream in streams]
    return model.module(*inputs)[0].softmax(0)


def _shifted(x: Tensor, down: int, right: int) -> Tensor:
    """What comes in repeats the border."""
    wide = functional.pad(x.flatten(0, 1), [SHIFT] * 4, mode="replicate").unflatten(0, x.shape[:2])
    return torch.roll(wide, (down, right), (3, 4))[..., SHIFT:-SHIFT, SHIFT:-SHIFT]


def _blurred(x: Tensor) -> Tensor:
    """Mean over 3 x 3 pixels."""
    wide = functional.pad(x.flatten(0, 1), [1] * 4, mode="replicate")
    return functional.avg_pool2d(wide, 3, 1).unflatten(0, x.shape[:2])
