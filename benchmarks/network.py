"""How long a whole network takes on this machine's device: units a second of a few layers of the paper's VGG-16 fusion
network, slow and fast, and from them the hours for all of its units.
"""

from __future__ import annotations

import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tqdm import tqdm

from benchmarks.engine import flops, fusion_vgg16, scaled
from benchmarks.report import Report, matmul_gflops
from contract.catalogue import LayerCard, ModelCard
from contract.spec import FAST, SLOW, Parameters, VisualizationRequest, VisualizationSpec, bind
from worker import canvas
from worker.execute import Executions
from worker.models.model import Model
from worker.optimize import optimize
from worker.optimum import Optimum

LAYERS = ("appearance.conv3_3", "conv5_fusion", "fc6")
UNITS = 64
"""Of each layer."""

AT_MOST = "<= 1"
"""Hours, on a GPU: a whole network between lunch and coffee."""


@dataclass(frozen=True)
class Pace:
    """What a layer took. seconds: of a unit, slow and fast together, on the clock. steps: of one of these."""

    seconds: float
    steps: float


def measure(
    report: Report,
    *,
    device: str = "auto",
    units: int = UNITS,
    layers: Sequence[str] = LAYERS,
    build: Callable[[Path], Model] = fusion_vgg16,
) -> None:
    """Add each layer's units a second and share of the device's peak, and the hours for the network."""
    place = torch.device("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else torch.device(device)
    peak = matmul_gflops("bfloat16", device=place)
    report.add("network.matmul_peak", peak / 1e3, "TFLOPS")
    with tempfile.TemporaryDirectory() as folder:
        model = build(Path(folder))
        paces = dict(_paces(model, layers, units, Executions(place)))
    for layer, pace in paces.items():
        card = model.card.layer(layer)
        seen = canvas.plan(model.card, card, jitter=None)
        work = 2 * pace.steps * flops(scaled(model, layer), layer, seen)
        report.add(f"network.{layer}.units_per_second", 1 / pace.seconds, "1/s")
        report.add(f"network.{layer}.share_of_peak", work / pace.seconds / (peak * 1e9))
    measured = {model.card.layer(layer): pace.seconds for layer, pace in paces.items()}
    report.add("network.units", sum(layer.units for layer in model.card.layers))
    report.add("network.hours", hours(model.card, measured), "h", AT_MOST if place.type == "cuda" else "")


def hours(card: ModelCard, seconds: Mapping[LayerCard, float]) -> float:
    """For every unit of a network. seconds: of a unit of the layers that were measured.

    A layer that was not is taken for the next one that sees as much or more, so that the sum is rather too large.
    """
    known = sorted(seconds, key=_field)
    total = 0.0
    for layer in card.layers:
        like = next((each for each in known if _field(each) >= _field(layer)), known[-1])
        total += layer.units * seconds[like]
    return total / 3600


def _field(layer: LayerCard) -> float:
    return float("inf") if layer.receptive_field is None else layer.receptive_field


def _paces(model: Model, layers: Sequence[str], units: int, executions: Executions) -> Iterator[tuple[str, Pace]]:
    for layer in tqdm(layers, desc="layers", disable=None):
        ready = scaled(model, layer)
        count = min(units, model.card.layer(layer).units)
        _optima(ready, _specs(ready, layer, count, Parameters(steps=3)), executions)  # recorded, measured, warm
        started = time.perf_counter()
        optima = _optima(ready, _specs(ready, layer, count, Parameters()), executions)
        seconds = time.perf_counter() - started
        yield layer, Pace(seconds / count, sum(optimum.steps for optimum in optima) / len(optima))


def _optima(model: Model, specs: list[VisualizationSpec], executions: Executions) -> list[Optimum]:
    """All of them; their pictures are on the CPU, so that nothing is under way any more."""
    (last,) = deque(optimize(model, specs, executions=executions), maxlen=1)
    return last.optima


def _specs(model: Model, layer: str, count: int, parameters: Parameters) -> list[VisualizationSpec]:
    return [
        bind(
            VisualizationRequest(
                model=model.card.name, layer=layer, unit=unit, parameters=parameters.model_copy(update={"chi": chi})
            ),
            model.card.fingerprint,
        )
        for unit in range(count)
        for chi in (SLOW, FAST)
    ]
