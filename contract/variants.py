"""The variants that a unit is shown in: slow, fast and, for models that see a clip only, still."""

from __future__ import annotations

from contract.catalogue import LayerCard, ModelCard
from contract.spec import FAST, SLOW, Parameters

VARIANTS: dict[str, dict[str, float | bool]] = {
    "slow": {"chi": SLOW, "still": False},
    "fast": {"chi": FAST, "still": False},
    "still": {"still": True},
}
"""What each variant fixes among the parameters; the rest is free."""


def variants(card: ModelCard) -> tuple[str, ...]:
    """Names of the variants that make up a unit of the model."""
    return tuple(VARIANTS) if card.one_input else ("slow", "fast")


def needed(card: ModelCard, layer: LayerCard) -> tuple[str, ...]:
    """Those that a unit of the layer is shown in: one, where nothing moves."""
    moves = any(stream.kind != "appearance" and stream.name in layer.streams for stream in card.streams)
    return variants(card) if moves else ("slow",)


def apply(variant: str, parameters: Parameters) -> Parameters:
    """`parameters` turned into the variant."""
    return parameters.model_copy(update=VARIANTS[variant])


def variant_of(parameters: Parameters) -> str | None:
    """The variant that the parameters make, if any."""
    if parameters.still:
        return "still"
    return {SLOW: "slow", FAST: "fast"}.get(parameters.chi)
