"""What pyramids promise: nothing is lost between rows, and what they name is what the score depends on."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np
import torch

from contract.catalogue import ModelCard
from contract.pyramid import Trust
from worker.analyses.collection import Entry
from worker.models import facts, zoo
from worker.models.model import Model
from worker.pyramids import descent, relevance
from worker.pyramids.trust import tried

Finding = tuple[str, float, str, str]

SMALL = {"i3d": 224, "s3d": 224, "mvit_v2_s": 224, "vit_b_16": 224}
"""Sides of inputs of networks that take no smaller ones than their own; all others get SIDE."""

SIDE = 64

QUICK = ("r3d_18", "mfnet", "slowfast_r50", "x3d_xs", "st_resnet_50")
NETWORKS = (
    *QUICK,
    *("r2plus1d_18", "csn_r101", "resnext3d_101", "swin3d_t", "vgg16", "resnet18", "convnext_tiny"),
    *("two_stream_i3d", "tsn_bn_inception", "i3d", "s3d", "mvit_v2_s", "vit_b_16"),
)
"""One or two of every family."""

NODES = 8


def trial(name: str) -> Model:
    """A known network with random weights and its card, on inputs as small as it takes."""
    module = zoo.network(name, seed=1).eval().requires_grad_(False)
    side = SMALL.get(name, SIDE)
    native = zoo.sheet(name, weights="", trained=False).streams
    streams = tuple(stream.model_copy(update={"height": side, "width": side}) for stream in native)
    layers, last = facts.layers(module, streams)
    count = next(layer.units for layer in layers if layer.path == last)
    classes = tuple(str(number) for number in range(count))
    card = ModelCard(
        name=name,
        title=name,
        fingerprint="0" * 16,
        streams=streams,
        layers=tuple(layers),
        class_layer=last,
        classes=classes,
    )
    return Model(card, module)


def noise(card: ModelCard, *, seed: int = 0) -> list[torch.Tensor]:
    """One input per stream, in method units."""
    random = torch.Generator().manual_seed(seed)
    return [20 * torch.randn(s.channels, s.frames, s.height, s.width, generator=random) for s in card.streams]


def completeness(names: Sequence[str]) -> Iterator[Finding]:
    """The largest part of a unit that leads around a row, of the rows that are chosen for each network."""
    for name in names:
        model = trial(name)
        found = relevance.passage(model.module, model.card, noise(model.card), label=1)
        rows = found.rows()
        made = relevance.pyramid(found, rows, clip="", most=1)
        yield f"completeness.{name}.rows", len(rows), "rows", ">= 2"
        yield f"completeness.{name}.error", max(row.error for row in made.rows), "", "<= .0001"


def deletion(model: Model, entries: Sequence[Entry], *, each_row: bool) -> Iterator[Finding]:
    """How much further the score falls without the units of the default rule than without others; seconds.

    each_row: at every row that is shown; else at the middle one, as on the page.
    """
    name, trusts, seconds = model.card.name, [], []
    for entry in entries:
        inputs = entry.read(1.0)
        assert inputs is not None
        began = time.monotonic()
        with descent.heard(model.module, model.card) as means:
            found = relevance.passage(model.module, model.card, inputs, label=None)
        rows = found.rows()
        relevance.pyramid(found, rows, clip=entry.id, most=NODES)
        seconds.append(time.monotonic() - began)
        published = descent.descend(model.module, model.card, means, label=found.label)
        for tried_at in [[row] for row in rows] if each_row else [rows]:
            trusts.append(tried(model.module, found, published, inputs, tried_at, most=NODES))
    yield f"deletion.{name}.clips", len(entries), "clips", ">= 20"
    falls = {rule: np.array([fall(trust, rule) for trust in trusts]) for rule in ("default", "original", "random")}
    for rule, values in falls.items():
        low, middle, high = np.nanquantile(values, (0.25, 0.5, 0.75))
        yield f"deletion.{name}.{rule}.quarter", low, "", ""
        yield f"deletion.{name}.{rule}.median", middle, "", ""
        yield f"deletion.{name}.{rule}.three_quarters", high, "", ""
    for other, target in (("original", ">= 2"), ("random", ">= 2")):
        low, middle, high = times(falls["default"], falls[other])
        yield f"deletion.{name}.times_{other}.low", low, "times", ""
        yield f"deletion.{name}.times_{other}", middle, "times", target
        yield f"deletion.{name}.times_{other}.high", high, "times", ""
    yield f"seconds.{name}.pyramid", float(np.median(seconds)), "s", "<= 30"


def fall(trust: Trust, rule: str) -> float:
    """How far the score falls in the mean over shares, 1: to what is left without any unit. NaN: not followed."""
    for curve in trust.curves:
        if curve.rule == rule:
            return float(np.mean([trust.score - value for value in curve.removed])) / (trust.score - trust.nothing)
    return float("nan")


def times(ours: np.ndarray, others: np.ndarray, *, draws: int = 1000) -> tuple[float, float, float]:
    """Mean of one over mean of the other, between the 5th and the 95th percentile of drawing the same clips anew."""
    known = ~(np.isnan(ours) | np.isnan(others))
    ours, others = ours[known], others[known]
    picks = np.random.default_rng(0).integers(0, len(ours), (draws, len(ours)))
    low, high = np.quantile(ours[picks].mean(1) / others[picks].mean(1), (0.05, 0.95))
    return float(low), float(ours.mean() / others.mean()), float(high)
