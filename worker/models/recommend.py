"""Which layers to look at first: one a stage, the layers that join streams, and the classes."""

from __future__ import annotations

from collections.abc import Sequence

from contract.catalogue import LayerCard

FEW = 4
"""Stages that a network is divided into where its maps keep one size (transformers)."""

TOP = 1
"""Layers without positions (fc6, fc7, classes) that are recommended, from the last one down."""


def recommend(cards: Sequence[LayerCard]) -> list[LayerCard]:
    """The cards with some of them marked as recommended."""
    chosen: set[str] = set()
    for lane in dict.fromkeys(card.lane for card in cards):
        chosen |= _of_lane([card for card in cards if card.lane == lane and card.kind != "heads"])
    return [card.model_copy(update={"recommended": card.path in chosen}) for card in cards]


def _of_lane(cards: Sequence[LayerCard]) -> set[str]:
    maps = [card for card in cards if card.height * card.width > 1 and card.kind != "class"]
    top = [card for card in cards if card.height * card.width == 1 or card.kind == "class"]
    joins = {card.path for card in maps if card.lane == "joint" and card.join == "concat" and len(card.streams) > 1}
    joined = {_deepest(card, cards) for card in cards if card.join}
    stages = _stages(maps)
    ends = [_outstanding(stage, joined)[-1].path for stage in stages]
    if 0 < len(stages) < FEW and len(maps) > 4 * FEW:
        whole = _outstanding(maps, joined)
        ends += [whole[(i + 1) * len(whole) // FEW - 1].path for i in range(FEW)]
    return {*(card.path for card in maps[:1]), *ends, *joins, *(card.path for card in top[-TOP:])}


def _deepest(card: LayerCard, cards: Sequence[LayerCard]) -> str:
    """Of what is joined before a layer the main branch, not the shortcut."""
    depths = {other.path: other.depth for other in cards}
    return max(card.inputs, key=lambda name: depths.get(name, 0))


def _stages(maps: Sequence[LayerCard]) -> list[list[LayerCard]]:
    """The layers of every resolution."""
    stages: dict[tuple[int, int], list[LayerCard]] = {}
    for card in maps:
        stages.setdefault((card.height, card.width), []).append(card)
    return list(stages.values())


def _outstanding(stage: Sequence[LayerCard], joined: set[str]) -> Sequence[LayerCard]:
    """Of tokens the neurons before an activation function, of residual blocks their ends; else all."""
    neurons = [card for card in stage if card.kind == "linear" and card.neurons]
    return neurons or [card for card in stage if card.path in joined] or stage
