"""No network loses anything between its rows; a rule that is worse is seen to be."""

import math
from pathlib import Path

import numpy as np
import pytest

from contract.pyramid import Agreement, Curve, Trust
from worker.analyses import collection
from worker.models import demo
from worker.pyramids import relevance, verification
from worker.pyramids.verification import NETWORKS, QUICK, completeness, fall, noise, times, trial

FIRST = ("r3d_18",)
"""The others take longer."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in FIRST else [pytest.mark.long]) for name in NETWORKS]
)
def test_what_leaves_a_unit_is_its_relevance_whatever_the_architecture(name):
    figures = {figure: (value, target) for figure, value, _, target in completeness([name])}
    assert figures[f"completeness.{name}.rows"][0] >= 2
    assert figures[f"completeness.{name}.error"][0] <= 1e-4


def test_an_odd_number_of_frames_and_grouped_convolutions():
    """Fibers of MFNet: a unit of a grouped convolution gives nothing to another group."""
    model = trial("mfnet")
    streams = tuple(stream.model_copy(update={"frames": 7}) for stream in model.card.streams)
    card = model.card.model_copy(update={"streams": streams})
    found = relevance.passage(model.module, card, noise(card), label=1)
    block = "conv5.B03"
    inner, outer = f"{block}.conv_m1.conv", f"{block}.conv_m2.conv"
    made = relevance.pyramid(found, [(outer,), (inner,)], clip="", most=64)
    size = card.layer(outer).units // 16
    assert card.layer(inner).units == card.layer(outer).units
    assert made.rows[0].error == 0
    joined = [e for e in made.edges if e.source_unit is not None and e.target_unit is not None]
    across = [e.weight for e in joined if e.source_unit // size != e.target_unit // size]
    within = [e.weight for e in joined if e.source_unit // size == e.target_unit // size]
    assert across
    assert not any(across)
    assert any(within)


def trust(**curves: float) -> Trust:
    made = tuple(Curve(rule=rule, removed=(value, value), kept=(0.0, 0.0)) for rule, value in curves.items())
    agreement = (Agreement(layers=("a",), units=4, kept=2, strongest=1, shared=1),)
    return Trust(layers=("a",), shares=(0.1, 0.5), score=5.0, nothing=1.0, curves=made, agreement=agreement)


def test_a_fall_is_counted_against_what_is_left_without_any_unit():
    found = trust(default=1.0, random=4.0)
    assert fall(found, "default") == 1.0
    assert fall(found, "random") == 0.25
    assert math.isnan(fall(found, "original"))


def test_times_come_with_what_other_clips_might_have_given():
    low, middle, high = times(np.full(20, 0.6), np.full(20, 0.2))
    assert low == pytest.approx(middle) == pytest.approx(high) == pytest.approx(3.0)
    low, middle, high = times(np.linspace(0.2, 1, 20), np.full(20, 0.2))
    assert low < middle < high
    assert times(np.array([1.0, 5.0]), np.array([0.5, np.nan]))[1] == 2.0


def test_deletion_on_the_demo_is_measured_at_every_row():
    model = demo.build(Path())
    entries = collection.drawn(1, 77, streams=model.card.streams)
    figures = {name: value for name, value, _, _ in verification.deletion(model, entries, each_row=True)}
    assert figures["deletion.demo.clips"] == 1
    assert figures["deletion.demo.default.median"] > figures["deletion.demo.random.median"]
    assert figures["seconds.demo.pyramid"] > 0


def test_the_quick_ones_are_among_all():
    assert set(QUICK) < set(NETWORKS)
