"""Findings 3 and 6 on optima: how high units climb under each slowness, and how alike their two pictures are.

A sample of each layer's units is optimized, for the network and for its control of shuffled weights.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch

from contract.catalogue import LayerCard, ModelCard
from contract.findings import OptimaFindings, Tuning
from contract.spec import SLOW, Parameters, VisualizationRequest, VisualizationSpec, bind
from worker import calibrate, canvas
from worker.analyses import survey
from worker.analyses.control import shuffled
from worker.analyses.spectra import likeness, spectrum
from worker.analyses.speed import SLIGHT
from worker.execute import Executions
from worker.models.model import Model, Statistics
from worker.optimize import optimize
from worker.optimum import Optimum

CHIS = (0.0, 1.0, 2.5, 5.0, 10.0)
BATCH = 10
CONTROL_CLIPS = 16
"""Noise clips that set the activation scale of the control."""

Reached = dict[int, dict[float, Optimum]]
"""By unit and chi."""


def control_of(model: Model) -> Model:
    """The model with its weights shuffled, on an activation scale of its own: how far units rise above their mean.

    By their largest activation alone, whole layers would count as dead that merely lie below zero.
    """
    module = shuffled(model.module)
    samples = calibrate.noise_samples(model.card, count=CONTROL_CLIPS)
    scale = calibrate.run(module, model.card, samples, calibrate.Tally(len(model.card.classes))).statistics("")
    rise = {path: maximum - scale.mean[path] for path, maximum in scale.maximum.items()}
    level = {path: torch.zeros_like(value) for path, value in rise.items()}
    return Model(model.card, module, Statistics(maximum=rise, mean=level))


def look_at(
    model: Model,
    control: Model,
    layer: LayerCard,
    *,
    count: int,
    steps: int | None = None,
    device: str = "cpu",
    done: Callable[[int], None] = lambda _count: None,
) -> OptimaFindings:
    """What the optima of `count` units of a layer say. `done` is told how many optimizations were made."""
    chis = CHIS if _minds_speed(model.card, layer) else (SLOW,)
    units = sample(model.card, layer, count)
    own = reach(model, layer.path, units, chis, steps=steps, device=device, done=done)
    other = reach(control, layer.path, units, chis, steps=steps, device=device, done=done) if len(chis) > 1 else {}
    tunings = {unit: tuning(by_chi, at_rest(model, layer, by_chi)) for unit, by_chi in own.items()}
    controls = [tuning(by_chi, at_rest(control, layer, by_chi)) for by_chi in other.values()]
    pictures = [by_chi[SLOW] for by_chi in own.values() if SLOW in by_chi]
    same, mixed = alike(pictures)
    return OptimaFindings(
        layer=layer.path,
        asked=count,
        units={unit: each for unit, each in tunings.items() if each},
        invariance=_median([each.invariance for each in tunings.values() if each]),
        control=_median([each.invariance for each in controls if each]),
        likeness=_median(same),
        likeness_control=_median(mixed),
    )


def optimizations(card: ModelCard, layer: LayerCard, count: int) -> int:
    """How many look_at makes: every unit under every chi, in both networks; once where nothing moves."""
    units = len(sample(card, layer, count))
    return 2 * units * len(CHIS) if _minds_speed(card, layer) else units


def sample(card: ModelCard, layer: LayerCard, count: int) -> list[int]:
    """Living units, evenly spaced over the layer."""
    dead = card.dead.get(layer.path, ())
    living = [unit for unit in range(layer.units) if unit not in dead]
    places = np.linspace(0, len(living) - 1, min(count, len(living))).round().astype(int)
    return [living[place] for place in places]


def reach(
    model: Model,
    layer: str,
    units: Sequence[int],
    chis: Sequence[float],
    *,
    steps: int | None,
    device: str,
    done: Callable[[int], None],
) -> Reached:
    """Optimize every unit under every chi; units that turn out dead are left out."""
    wanted = [(unit, chi) for unit in units for chi in chis]
    found: Reached = {}
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        optima: list[Optimum] = []
        for step in optimize(model, [_spec(model.card, layer, *each, steps) for each in batch], device=device):
            optima = step.optima
        for (unit, chi), optimum in zip(batch, optima, strict=True):
            if not optimum.dead:
                found.setdefault(unit, {})[chi] = optimum
        done(len(batch))
    return found


def at_rest(model: Model, layer: LayerCard, by_chi: Mapping[float, Optimum]) -> dict[float, float]:
    """What is left of each activation, by the whole network, when nothing in the optimum moves."""
    whole = Executions("cpu").whole(model.module, layer, causal=model.card.causal)
    canvases = canvas.plan(model.card, layer, jitter=None)
    found = {}
    for chi, optimum in by_chi.items():
        seen = [
            optimum.inputs.get(c.stream.name, torch.zeros(c.stream.channels, c.frames, c.height, c.width))
            for c in canvases
        ]
        still = [x[None] for x in survey.at_rest(seen, model.card)]
        inputs = [canvas.to_network(x, c.stream) for x, c in zip(still, canvases, strict=True)]
        with torch.no_grad():
            found[chi] = float(whole.cells(inputs, torch.tensor([[optimum.spec.unit]])))
    return found


def tuning(by_chi: Mapping[float, Optimum], rest: Mapping[float, float]) -> Tuning | None:
    """What motion adds to the activation reached under each chi, relative to the most that it adds.

    None where it adds nothing, or there is one chi. rest: what is left when nothing moves, by chi.
    """
    reached = {chi: optimum.activation or 0.0 for chi, optimum in sorted(by_chi.items())}
    added = {chi: max(value - rest[chi], 0.0) for chi, value in reached.items()}
    best, most = max(added.values(), default=0.0), max(map(abs, reached.values()), default=0.0)
    if best <= SLIGHT * most or len(reached) < 2:
        return None
    response = tuple(round(value / best, 4) for value in added.values())
    kept = statistics.mean(max(rest[chi], 0.0) for chi in reached) / most
    return Tuning(
        speeds=tuple(reached), response=response, invariance=round(statistics.mean(response), 4), rest=round(kept, 4)
    )


def alike(optima: Sequence[Optimum]) -> tuple[list[float], list[float]]:
    """Likeness of the two inputs' spectra: of each unit's own, and of one unit's first with the next one's second."""
    both = [list(optimum.inputs.values()) for optimum in optima if len(optimum.inputs) == 2]
    spectra = [[spectrum(x) for x in inputs] for inputs in both]
    own = [likeness(first, second) for first, second in spectra]
    mixed = [likeness(spectra[i][0], spectra[i - 1][1]) for i in range(len(spectra))] if len(spectra) > 1 else []
    return own, mixed


def _minds_speed(card: ModelCard, layer: LayerCard) -> bool:
    """Whether the layer sees anything that moves."""
    return any(stream.kind != "appearance" and stream.name in layer.streams for stream in card.streams)


def _spec(card: ModelCard, layer: str, unit: int, chi: float, steps: int | None) -> VisualizationSpec:
    parameters = Parameters(chi=chi) if steps is None else Parameters(chi=chi, steps=steps)
    request = VisualizationRequest(model=card.name, layer=layer, unit=unit, parameters=parameters)
    return bind(request, card.fingerprint)


def _median(values: Sequence[float]) -> float | None:
    known = [value for value in values if not math.isnan(value)]
    return round(statistics.median(known), 4) if known else None
