from __future__ import annotations

import math

import pytest

from backend import estimate
from contract.catalogue import LayerCard, ModelCard
from tests.fakes import CARD
from worker.models import demo


def chain(*fields: int, macs: int = 10**9) -> ModelCard:
    """Layers one behind the other, each with a map of 16 x 16 cells of stride 1, and a last that sees everything."""
    layers = []
    for number, field in enumerate([*fields, None]):
        layer = LayerCard(
            path=f"l{number}", kind="conv", units=4, frames=1, height=16, width=16, stride=1, receptive_field=field,
            receptive_frames=1, streams=("appearance",), inputs=(f"l{number - 1}",) if number else ("appearance",),
            macs=macs,
        )  # fmt: skip
        layers.append(layer)
    return CARD.model_copy(update={"layers": tuple(layers)})


def share(card: ModelCard, path: str) -> float:
    """Of all that the network multiplies up to there."""
    layer = card.layer(path)
    rest = estimate.PER_STEP + estimate.PER_VALUE * 3 * min(layer.receptive_field or 16, 16) ** 2
    return (estimate.cost(card, layer) - rest) / card.layers[0].macs


def test_only_cells_that_a_unit_sees_count() -> None:
    card = chain(3, 5, 9)
    assert share(card, "l0") == pytest.approx(1 / 256), "one cell of 256"
    # of l2: itself, 5 x 5 cells of l1 (9 - 5 + 1), 7 x 7 of l0
    assert share(card, "l2") == pytest.approx((1 + 25 + 49) / 256)
    assert share(card, "l3") == pytest.approx(4), "whole maps"


def test_layers_that_are_reached_by_two_ways_count_once() -> None:
    card = chain(3, 5)
    both = card.layers[1].model_copy(update={"inputs": ("l0", "l0", "appearance")})
    twice = card.model_copy(update={"layers": (card.layers[0], both, card.layers[2])})
    assert share(twice, "l1") == share(card, "l1")


def test_a_layer_that_is_rigid_takes_whole_maps() -> None:
    card = chain(3)
    rigid = card.layers[0].model_copy(update={"rigid": True})
    assert estimate.cost(card.model_copy(update={"layers": (rigid,)}), rigid) > 100 * 10**9 / 256


def test_one_is_guessed_from_those_whose_cost_is_nearest() -> None:
    card = demo.card()
    costs = {layer.path: estimate.cost(card, layer) for layer in card.layers}
    path = "conv5_fusion"
    near = sorted((each for each in costs if each != path), key=lambda each: abs(math.log(costs[each] / costs[path])))
    honest = {each: 1e-9 * costs[each] for each in near[:2]}
    measured = {**honest, near[2]: 1e3, **dict.fromkeys(near[3:], 1000.0)}
    assert estimate.guess(card, card.layer(path), measured) == pytest.approx(1e-9 * costs[path])


def test_without_any_that_was_measured_there_is_no_guess() -> None:
    assert estimate.guess(CARD, CARD.layers[0], {}) is None


def test_layers_without_what_a_card_may_lack_have_a_cost() -> None:
    bare = CARD.layers[0].model_copy(update={"receptive_frames": None, "stride": None, "receptive_field": None})
    assert estimate.cost(CARD.model_copy(update={"layers": (bare,)}), bare) > 0
