"""Activation maximization as it is commonly written: the whole network, a hook, Adam. The baseline of `bench engine`.

Nothing is frozen, cut, folded or lowered in precision, as in torch-lucent, torch-dreams and captum; the objective is
ours, regularizers and projection included, left to automatic differentiation.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from benchmarks.objective import cost
from contract.spec import Parameters
from worker import canvas, regularizers
from worker.canvas import Canvas
from worker.execute import target
from worker.models.model import Model


@dataclass
class Course:
    """CPU seconds and the objective after every step."""

    seconds: list[float] = field(default_factory=list)
    objective: list[float] = field(default_factory=list)


def maximize(
    model: Model, layer: str, unit: int, canvases: Sequence[Canvas], *, parameters: Parameters, rate: float, steps: int
) -> tuple[list[Tensor], Course]:
    """Ascend with Adam. rate: in units of a network input of variance one, as peers state it.

    Returns the pictures, (1, channel, time, height, width) per stream, and how it went.
    """
    model.module.requires_grad_(True)
    generator = torch.Generator().manual_seed(parameters.seed)
    pictures = [canvas.noise(c, generator, sigma=parameters.sigma)[None].requires_grad_() for c in canvases]
    groups = [{"params": [x], "lr": rate * _deviation(c)} for x, c in zip(pictures, canvases, strict=True)]
    adam = torch.optim.Adam(groups)
    course = Course()
    started = time.process_time()
    for _ in range(steps):
        adam.zero_grad()
        value = objective(model, layer, unit, pictures, canvases, parameters)
        (-value).backward()
        adam.step()
        with torch.no_grad():
            for x in pictures:
                x.copy_(regularizers.project(x, bound=parameters.bound))
        course.seconds.append(time.process_time() - started)
        course.objective.append(float(value.detach()))
    model.module.requires_grad_(False)
    model.module.zero_grad()
    return [x.detach() for x in pictures], course


def objective(
    model: Model, layer: str, unit: int, pictures: Sequence[Tensor], canvases: Sequence[Canvas], p: Parameters
) -> Tensor:
    """gain a / (rho^2 ahat) - lambda_B N_B - lambda_TV R_TV of one sample, by the whole network in fp32."""
    card = model.card.layer(layer)
    side = max(max(c.height, c.width) for c in canvases)
    rho = min(card.receptive_field or side, side)
    inputs = [canvas.to_network(x, c.stream) for x, c in zip(pictures, canvases, strict=True)]
    value = p.gain / (rho**2 * _reference(model, layer, unit)) * _activation(model, layer, unit, inputs)
    for x, c in zip(pictures, canvases, strict=True):
        value = value - cost(x, c, p).sum()
    return value


def _reference(model: Model, layer: str, unit: int) -> float:
    """ahat; 1 where it was not measured."""
    if model.statistics is None:
        return 1.0
    return float(model.statistics.reference(layer, logits=model.card.is_class(layer))[unit])


def _activation(model: Model, layer: str, unit: int, inputs: Sequence[Tensor]) -> Tensor:
    seen: list[Tensor] = []

    def keep(_module: Any, _inputs: Any, output: Tensor) -> None:
        seen.append(output)

    handle = model.module.get_submodule(layer).register_forward_hook(keep)
    model.module(*inputs)
    handle.remove()
    cell = target(seen[0].shape[2:], causal=model.card.causal)
    return seen[0][(0, unit, *cell)]


def _deviation(c: Canvas) -> float:
    """Grey levels in one unit of the network's input."""
    return c.stream.span * (sum(c.stream.std) / 3 if c.stream.kind != "motion" else 1.0)
