"""A module and what its author says of it -> a Model: facts computed, statistics found, all kept by fingerprint."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from torch import nn

from contract.catalogue import ModelCard, Stream
from contract.errors import ModelProblem
from worker import calibrate
from worker.models import facts
from worker.models.fingerprint import fingerprint
from worker.models.model import Model, Statistics

UNCALIBRATED_CLIPS = 64
"""Noise clips that set the activation scale of a network nobody has calibrated."""


class Sheet(BaseModel):
    """What the author of a model states; everything else is computed."""

    model_config = ConfigDict(extra="forbid")

    title: str
    description: str = ""
    streams: tuple[Stream, ...] = Field(min_length=1)
    classes: tuple[str, ...] = ()
    class_layer: str | None = None
    extends: bool = False
    causal: bool = False
    citation: str = ""
    licence: str = ""
    accuracy: dict[str, float] = Field(default_factory=dict)


def assemble(name: str, module: nn.Module, sheet: Sheet, *, data: Path) -> Model:
    """The model `name`. Facts and statistics are read from `data` when this fingerprint was seen before.

    Raises ModelProblem where the network does not fit its sheet.
    """
    module = module.eval().requires_grad_(False)
    identity = fingerprint(module, sheet.streams)
    card = _known_card(data, identity) or _describe(name, module, sheet, identity)
    card = card.model_copy(update={"name": name, **sheet.model_dump(include={"title", "description", "citation"})})
    statistics = calibrate.load(statistics_path(data, identity)) or _noise_statistics(module, card, data)
    card = with_statistics(card, statistics)
    _keep_card(data, card)
    return Model(card, module, statistics)


def with_statistics(card: ModelCard, statistics: Statistics) -> ModelCard:
    """The card with what the statistics say: their source, and the units that never fired."""
    dead = {
        layer.path: statistics.dead(layer.path)
        for layer in card.layers
        if layer.path != card.class_layer and layer.path in statistics.maximum and statistics.source
    }
    return card.model_copy(
        update={"calibration": statistics.source, "dead": {path: units for path, units in dead.items() if units}}
    )


def statistics_path(data: Path, identity: str) -> Path:
    """Where the statistics of a fingerprint are kept."""
    return data / "statistics" / f"{identity}.safetensors"


def _describe(name: str, module: nn.Module, sheet: Sheet, identity: str) -> ModelCard:
    layers, last = facts.layers(module, sheet.streams)
    class_layer = sheet.class_layer or last
    card = ModelCard(
        name=name,
        fingerprint=identity,
        layers=tuple(layers),
        parameters=sum(p.numel() for p in module.parameters()),
        **sheet.model_dump(exclude={"class_layer", "streams"}),
        streams=sheet.streams,
        class_layer=class_layer,
    )
    _check_classes(card)
    return card


def _check_classes(card: ModelCard) -> None:
    if card.class_layer is None:
        return
    units = card.layer(card.class_layer).units
    if card.classes and len(card.classes) != units:
        raise ModelProblem(
            f"{len(card.classes)} class names are given, but the layer {card.class_layer!r} has {units} units."
        )


def _known_card(data: Path, identity: str) -> ModelCard | None:
    try:
        return ModelCard.model_validate_json(_card_path(data, identity).read_bytes())
    except (OSError, ValidationError):
        return None


def _keep_card(data: Path, card: ModelCard) -> None:
    path = _card_path(data, card.fingerprint)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(card.model_dump_json(indent=1))
    part.replace(path)


def _card_path(data: Path, identity: str) -> Path:
    return data / "cards" / f"{identity}.json"


def _noise_statistics(module: nn.Module, card: ModelCard, data: Path) -> Statistics:
    """A rough activation scale, kept apart from real calibrations; its source stays empty, so that pages can say so."""
    path = data / "statistics" / f"{card.fingerprint}.noise.safetensors"
    known = calibrate.load(path)
    if known is not None:
        return known
    samples = calibrate.noise_samples(card, count=UNCALIBRATED_CLIPS)
    statistics = calibrate.run(module, card, samples, calibrate.Tally(len(card.classes))).statistics("")
    calibrate.save(statistics, path)
    return statistics
