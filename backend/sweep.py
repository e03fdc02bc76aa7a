"""What is asked for with a sweep: units of whole layers, computed below whatever people wait for."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from contract.catalogue import LayerCard, ModelCard
from contract.errors import KinetoscopeError, Unsuited
from contract.spec import Name, Parameters, VisualizationRequest, VisualizationSpec, bind
from contract.variants import apply, needed, variants

Variant = Literal["slow", "fast", "still"]
SweepState = Literal["running", "paused", "finished", "canceled"]

NUMBERS = r"^(\d{1,7}(-\d{1,7})?(,\d{1,7}(-\d{1,7})?)*)?$"


class UnknownSweep(KinetoscopeError):
    """No sweep has that id."""

    status = 404
    title = "Unknown sweep"

    def __init__(self, identity: str) -> None:
        super().__init__(f"There is no sweep {identity!r}.")


class SweepRequest(BaseModel):
    """Which units of which layers of a model, in which variants, with default parameters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Name
    layers: Literal["recommended", "all"] | Annotated[tuple[Name, ...], Field(min_length=1, max_length=2000)] = Field(
        default="recommended", description="Paths of layers; `recommended`: those worth a first look; or `all`."
    )
    units: str = Field(
        default="",
        max_length=1000,
        description="Such as 0-99,120; empty: all.",
        json_schema_extra={"pattern": NUMBERS},
    )
    variants: tuple[Variant, ...] = Field(default=(), max_length=3, description="Empty: those of the model.")

    @field_validator("units")
    @classmethod
    def _are_numbers(cls, units: str) -> str:
        if not re.fullmatch(NUMBERS, units):
            raise ValueError(f"{units!r} names no units: numbers and ranges with commas do, such as 0-99,120")
        return units


class Run(BaseModel):
    """One unit in one variant."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: str
    unit: int
    variant: Variant
    error: str = ""

    @property
    def place(self) -> tuple[str, int, str]:
        """Which one it is."""
        return self.layer, self.unit, self.variant


class Sweep(BaseModel):
    """A sweep and how far it is: `open` runs are with the queue, `failed` ones will not be tried again; by job id.

    title: in words, where it is more than its layers. chosen: layers of which only these units are asked for.
    by: the name of the token of whoever asked. created, ended: seconds since 1970.
    """

    model_config = ConfigDict(extra="forbid")

    id: str
    title: str = ""
    model: str
    fingerprint: str
    layers: tuple[str, ...]
    units: str = ""
    chosen: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    variants: tuple[Variant, ...]
    state: SweepState = "running"
    by: str | None = None
    created: float = 0.0
    ended: float | None = None
    open: dict[str, Run] = Field(default_factory=dict)
    failed: dict[str, Run] = Field(default_factory=dict)

    def numbers(self, card: ModelCard, layer: LayerCard) -> list[int]:
        """Units of a layer that are asked for; dead ones are left out."""
        few = [range(unit, unit + 1) for unit in self.chosen.get(layer.path, ())]
        parts = few or _ranges(self.units) or [range(layer.units)]
        chosen = {unit for part in parts for unit in part[: max(0, layer.units - part.start)]}
        return sorted(chosen.difference(card.dead.get(layer.path, ())))

    def names(self, card: ModelCard, layer: LayerCard) -> tuple[Variant, ...]:
        """Variants that are asked for of a layer: where nothing moves it is shown in one only."""
        return tuple(name for name in self.variants if name in needed(card, layer))

    def spec(self, run: Run) -> VisualizationSpec:
        """The request of a run: the one that the page shows."""
        parameters = apply(run.variant, Parameters())
        request = VisualizationRequest(model=self.model, layer=run.layer, unit=run.unit, parameters=parameters)
        return bind(request, self.fingerprint)


class LayerPlan(BaseModel):
    """What a sweep has to do in one layer; a run is one unit in one variant.

    seconds: what a run costs one worker, as far as that is known. guessed: from other layers, as none was made here.
    """

    layer: str
    units: int
    runs: int
    missing: int
    failed: int
    seconds: float | None
    guessed: bool = False


class SweepPlan(BaseModel):
    """What a sweep has to do. seconds: on one worker, for what is missing where a time is known or guessed.

    guessed: layers that lack runs and whose time is a guess. untimed: missing runs of layers without even that.
    workers: how many can do it now; blocked: why none can. id: of the sweep that the same request begins.
    title: of one that began by itself.
    """

    id: str
    title: str
    model: str
    variants: tuple[str, ...]
    units: str
    layers: list[LayerPlan]
    runs: int
    missing: int
    untimed: int
    guessed: int
    seconds: float
    workers: int
    blocked: str | None


class SweepView(SweepPlan):
    """A sweep and how far it is. waiting: runs that are with the queue. failures: the first of those that failed.

    created, ended: seconds since 1970. by: the token of whoever asked.
    """

    url: str
    state: SweepState
    by: str | None
    created: float
    ended: float | None
    waiting: int
    failed: int
    failures: list[Run]


def begin(request: SweepRequest, card: ModelCard) -> Sweep:
    """The sweep of a request; equal ones have one id. Raises UnknownLayer, Unsuited."""
    allowed = variants(card)
    unsuited = [name for name in request.variants if name not in allowed]
    if unsuited:
        text = f"{card.name!r} is not shown as {unsuited[0]!r}, but as {', '.join(allowed)}."
        raise Unsuited(text, allowed=allowed)
    chosen = tuple(name for name in allowed if name in request.variants) or allowed
    layers = tuple(layer.path for layer in _layers(request, card))
    decisive = json.dumps([card.name, card.fingerprint, layers, request.units, chosen])
    return Sweep(
        id=hashlib.sha256(decisive.encode()).hexdigest()[:32],
        model=card.name,
        fingerprint=card.fingerprint,
        layers=layers,
        units=request.units,
        variants=chosen,  # type: ignore[arg-type]
    )


def summed(
    sweep: Sweep, layers: Sequence[LayerPlan] = (), *, workers: int = 0, blocked: str | None = None
) -> SweepPlan:
    """The plan of a sweep from those of its layers."""
    known = [layer for layer in layers if layer.seconds is not None]
    return SweepPlan(
        id=sweep.id,
        title=sweep.title,
        model=sweep.model,
        variants=sweep.variants,
        units=sweep.units,
        layers=list(layers),
        runs=sum(layer.runs for layer in layers),
        missing=sum(layer.missing for layer in layers),
        untimed=sum(layer.missing for layer in layers if layer.seconds is None),
        guessed=sum(layer.guessed and layer.missing > 0 for layer in layers),
        seconds=round(sum(layer.missing * (layer.seconds or 0.0) for layer in known), 1),
        workers=workers,
        blocked=blocked,
    )


def _layers(request: SweepRequest, card: ModelCard) -> Sequence[LayerCard]:
    if request.layers == "all":
        return card.layers
    if request.layers == "recommended":
        return [layer for layer in card.layers if layer.recommended] or card.layers
    return [card.layer(path) for path in dict.fromkeys(request.layers)]


def _ranges(text: str) -> list[range]:
    pairs: Iterable[tuple[str, str, str]] = (part.partition("-") for part in text.split(",") if part)
    return [range(int(first), int(last or first) + 1) for first, _, last in pairs]
