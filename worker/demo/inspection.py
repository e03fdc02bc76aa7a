"""The optima that the demo is judged by: every class slow and fast, fusion units, and the pairs over several seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from tqdm import tqdm

from contract.spec import FAST, SLOW, Parameters, VisualizationSpec
from worker.demo.clips import CLASSES
from worker.demo.measures import label_of
from worker.models.model import Model
from worker.optimize import optimize
from worker.optimum import Optimum

Variant = tuple[int, int, float]
"""Seed, unit, chi."""

BATCH = 10
FUSION = "conv5_fusion"


@dataclass
class Gallery:
    """Optima by seed, unit and chi."""

    classes: dict[Variant, Optimum] = field(default_factory=dict)
    fusion: dict[Variant, Optimum] = field(default_factory=dict)

    def pairs(self) -> Iterator[tuple[Optimum, Optimum]]:
        """Slow and fast optimum of every class and fusion unit, first seed of each."""
        for shelf in (self.classes, self.fusion):
            first = min((seed for seed, _, _ in shelf), default=0)
            for (seed, unit, chi), optimum in shelf.items():
                if seed == first and chi == SLOW and (seed, unit, FAST) in shelf:
                    yield optimum, shelf[seed, unit, FAST]


def collect(
    model: Model, *, seeds: Sequence[int], fusion_units: int, eye_seeds: int, orientation_seeds: int
) -> Gallery:
    """Optimize everything that is measured. The first seed is used for all classes, the others for the pairs."""
    every = [(seeds[0], unit, chi) for unit in range(len(CLASSES)) for chi in (SLOW, FAST)]
    eyes = [(s, label_of(n), c) for s in seeds[:eye_seeds] for n in ("eye make-up", "lipstick") for c in (SLOW, FAST)]
    held = [(s, label_of(n), SLOW) for s in seeds[:orientation_seeds] for n in ("playing cello", "playing violin")]
    assert model.card.class_layer is not None
    return Gallery(
        classes=_optimize(model, model.card.class_layer, list(dict.fromkeys([*every, *eyes, *held]))),
        fusion=_optimize(model, FUSION, _fusion_variants(model, seeds[0], fusion_units)),
    )


def collect_bias(model: Model, *, seeds: Sequence[int]) -> Gallery:
    """Only the pair with the planted bias, slow and fast, with every seed."""
    assert model.card.class_layer is not None
    eyes = [(s, label_of(n), c) for s in seeds for n in ("eye make-up", "lipstick") for c in (SLOW, FAST)]
    return Gallery(classes=_optimize(model, model.card.class_layer, eyes))


def _fusion_variants(model: Model, seed: int, count: int) -> list[Variant]:
    """Living units, evenly spaced over the layer."""
    dead = model.card.dead.get(FUSION, ())
    living = [unit for unit in range(model.card.layer(FUSION).units) if unit not in dead]
    places = np.linspace(0, len(living) - 1, min(count, len(living))).round().astype(int)
    return [(seed, living[place], chi) for place in places for chi in (SLOW, FAST)]


def _optimize(model: Model, layer: str, wanted: list[Variant]) -> dict[Variant, Optimum]:
    found: dict[Variant, Optimum] = {}
    bar = tqdm(total=len(wanted), desc=f"optimizing {layer}", unit="optimum")
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        specs = [_spec(model, layer, *variant) for variant in batch]
        for step in optimize(model, specs):
            if step.optima:
                found |= dict(zip(batch, step.optima, strict=True))
        bar.update(len(batch))
    bar.close()
    return found


def _spec(model: Model, layer: str, seed: int, unit: int, chi: float) -> VisualizationSpec:
    return VisualizationSpec(
        model=model.card.name,
        layer=layer,
        unit=unit,
        parameters=Parameters.model_validate({"seed": seed, "chi": chi}),
        fingerprint=model.card.fingerprint,
    )
