"""What the implicit ascent gains: the objective it reaches, against explicit Adam on the same objective.

The baseline is the method as the design states it: Adam on activation and all regularizers, one second moment per
pixel, cosine decay from 10 (images) and 5 (motion) grey levels. Same network, units, noise and shifts for both.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections import deque
from pathlib import Path
from unittest.mock import patch

import torch
from torch import Tensor

from benchmarks.report import Report
from contract.spec import FAST, SLOW, Parameters, VisualizationRequest, VisualizationSpec, bind
from worker import canvas, optimize, regularizers
from worker.ascent import Ascent
from worker.models import registry
from worker.models.model import Model
from worker.optimize import Optimum

UNITS = {"classes": range(10), "conv5_fusion": (3, 17, 42, 64, 99)}
SEED = 11
"""Not a seed that anything was tuned on."""


class ExplicitAdam:
    """The baseline, with the interface of Ascent."""

    def __init__(self, x: Tensor, *, kappa: Tensor, chi: Tensor) -> None:
        self.weights = {"kappa": kappa, "chi": chi}
        self.momentum, self.power, self.count = torch.zeros_like(x), torch.zeros_like(x[:, :1]), 0

    def step(self, x: Tensor, gradient: Tensor, *, rate: float) -> Tensor:
        """The next point, the bound not yet applied."""
        self.count += 1
        whole = gradient + regularizers.variation_gradient(x, **self.weights)
        self.momentum.lerp_(whole, 0.1)
        self.power.lerp_(whole.square().mean(1, keepdim=True), 0.01)
        scale = (self.power / (1 - 0.99**self.count)).sqrt().add_(1e-10)
        return x - rate * self.momentum / (1 - 0.9**self.count) / scale


def measure(report: Report) -> None:
    """Add objective and time of both methods to `report`."""
    with tempfile.TemporaryDirectory() as folder:
        model = registry.load("demo", data=Path(folder))
    implicit, seconds = _reached(model, Ascent, Parameters(seed=SEED))
    report.add("ascent.implicit.objective", statistics.median(implicit), "")
    report.add("ascent.implicit.seconds", seconds, "s cpu")
    for steps in (100, 400):
        slow = Parameters(seed=SEED, steps=steps, rate_appearance=10, rate_motion=5)
        explicit, seconds = _reached(model, ExplicitAdam, slow)
        wins = [a >= b for a, b in zip(implicit, explicit, strict=True)]
        report.add(f"ascent.adam_{steps}.objective", statistics.median(explicit), "")
        report.add(f"ascent.adam_{steps}.seconds", seconds, "s cpu")
        report.add(f"ascent.at_least_adam_{steps}", statistics.mean(wins), "", ">= .9")


def _reached(model: Model, method: type, parameters: Parameters) -> tuple[list[float], float]:
    """Objective of every unit, slow and fast, and the CPU seconds for one optimization."""
    started = time.process_time()
    with patch.object(optimize, "Ascent", method):
        optima = [o for layer, units in UNITS.items() for o in _batch(model, layer, list(units), parameters)]
    seconds = (time.process_time() - started) / len(optima)
    return [objective(model, optimum) for optimum in optima], seconds


def _batch(model: Model, layer: str, units: list[int], parameters: Parameters) -> list[Optimum]:
    specs = [_spec(model, layer, unit, parameters, chi) for unit in units for chi in (SLOW, FAST)]
    (step,) = deque(optimize.optimize(model, specs), maxlen=1)
    return [optimum for optimum in step.optima if not optimum.dead]


def _spec(model: Model, layer: str, unit: int, parameters: Parameters, chi: float) -> VisualizationSpec:
    chosen = parameters.model_copy(update={"chi": chi})
    return bind(VisualizationRequest(model="demo", layer=layer, unit=unit, parameters=chosen), model.card.fingerprint)


def objective(model: Model, optimum: Optimum) -> float:
    """gain a / (rho^2 ahat) - lambda_B N_B - lambda_TV R_TV on the visible canvas (docs/method.md, section 1)."""
    p, layer = optimum.spec.parameters, model.card.layer(optimum.spec.layer)
    assert optimum.activation is not None
    side = optimum.canvas
    value = p.gain * optimum.activation / optimum.reference / min(layer.receptive_field or side, side) ** 2
    kappa, chi = torch.tensor([p.kappa]), torch.tensor([p.chi])
    for stream, planned in zip(model.card.streams, canvas.plan(model.card, layer, jitter=0), strict=True):
        if stream.name not in optimum.inputs:
            continue
        x = optimum.inputs[stream.name][None]
        share = 1 / (planned.area * (planned.frames / 10 if planned.frames > 1 else 1))
        weight = p.motion_tv if stream.kind == "motion" else 1.0
        energy = regularizers.energy(x / p.sigma, alpha=p.alpha)
        variation = regularizers.variation(x / p.smoothness, kappa=kappa, chi=chi)
        value -= share * float(energy + weight * variation)
    return value
