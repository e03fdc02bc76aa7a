"""What a number of steps is worth: the share that shorter runs reach of the objective of long ones.

The objective is that of docs/method.md, at the unshifted optimum, by the whole network in fp32.
"""

from __future__ import annotations

import statistics
import tempfile
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from benchmarks import engine
from benchmarks.objective import reached
from benchmarks.report import Report
from contract.spec import FAST, SLOW, Parameters, VisualizationRequest, bind
from worker.models import registry
from worker.models.model import Model
from worker.optimize import optimize
from worker.optimum import Optimum

LONG = Parameters(steps=300)
"""What the others are held against."""

DEFAULT = Parameters()
COURSES = {
    f"steps {steps}": Parameters(steps=steps) for steps in (DEFAULT.steps // 2, DEFAULT.steps, 2 * DEFAULT.steps)
}

LAYERS = {
    "demo": ("appearance.conv3_1", "motion.conv4_1", "conv5_fusion", "classes"),
    "resnet18": ("layer2.1.conv2", "layer3.1.conv2"),
    "r3d_18": ("layer1.1.conv2.0",),
}
UNITS = 4
"""Units of every layer, evenly spaced, each slow and fast."""


def measure(report: Report) -> None:
    """Add the share of every course, over all units and for the worst of them."""
    shares: dict[str, list[float]] = {name: [] for name in COURSES}
    with tempfile.TemporaryDirectory() as folder:
        jobs = [(name, layer) for name, layers in LAYERS.items() for layer in layers]
        for name, layer in tqdm(jobs, desc="layers", disable=None):
            model = _model(name, layer, Path(folder))
            most = [reached(model.card, optimum) for optimum in _optima(model, layer, LONG)]
            for course, parameters in COURSES.items():
                optima = _optima(model, layer, parameters)
                shares[course] += [reached(model.card, o) / best for o, best in zip(optima, most, strict=True)]
    for course in COURSES:
        report.add(f"{course}.share", statistics.mean(shares[course]))
        report.add(f"{course}.share.worst", min(shares[course]))


def _model(name: str, layer: str, data: Path) -> Model:
    if name == "demo":
        return registry.load(name, data=data)
    return engine.scaled(engine.known(name, data), layer)


def _optima(model: Model, layer: str, parameters: Parameters) -> Sequence[Optimum]:
    units = range(0, model.card.layer(layer).units, max(model.card.layer(layer).units // UNITS, 1))
    living = [unit for unit in units if unit not in model.card.dead.get(layer, ())][:UNITS]
    specs = [
        bind(
            VisualizationRequest(
                model=model.card.name, layer=layer, unit=unit, parameters=parameters.model_copy(update={"chi": chi})
            ),
            model.card.fingerprint,
        )
        for chi in (SLOW, FAST)
        for unit in living
    ]
    (last,) = deque(optimize(model, specs), maxlen=1)
    return last.optima
