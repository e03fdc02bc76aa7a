"""What a network makes of a clip over time (docs/probe.md): the request, its identity, and what was found."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contract.catalogue import ModelCard
from contract.clip import ClipId, Film
from contract.errors import Unsuited
from contract.identity import identity
from contract.result import StreamPicture
from contract.spec import Name
from contract.units import UnitName, in_order

VERSION = "1"
"""Raised when the same request would find something else."""

ABLATED_AT_MOST = 64

Seconds = float


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ProbeRequest(_Part):
    """A part of a clip, the moment to look at closely, and units that are to be silent."""

    clip: ClipId
    start: Seconds = Field(default=0.0, ge=0)
    end: Seconds | None = Field(default=None, gt=0, description="None: the end of the clip.")
    at: Seconds | None = Field(
        default=None, ge=0, description="Middle of the window that is looked at closely; none: where it is surest."
    )
    ablate: tuple[UnitName, ...] = Field(default=(), max_length=ABLATED_AT_MOST, description="Units that are set to 0.")


class ProbeSpec(_Part):
    """A request bound to a model and its weights, with its times within the clip."""

    what: Literal["probe"] = "probe"
    clip: ClipId
    start: Seconds
    end: Seconds
    at: Seconds | None
    ablate: tuple[UnitName, ...]
    model: Name
    fingerprint: str = Field(min_length=8, max_length=64, pattern=r"^[0-9a-f]+$")
    version: str = VERSION

    @property
    def id(self) -> str:
        """Hash of the canonical spec: 32 hexadecimal digits."""
        return identity(self.model_dump(mode="json"))


class Window(_Part):
    """What the network sees at once: `at` is its middle, seconds of the clip; probabilities of the listed classes.

    intact: the same with every unit at work; as `probabilities` where none is ablated.
    """

    at: Seconds
    probabilities: tuple[float, ...]
    intact: tuple[float, ...]


class ProbedUnit(_Part):
    """A unit in the window that was looked at closely.

    activation: the largest; normalized: as a part of the largest over the calibration clips. trace: largest activation
    in each frame of the layer's output. course: the largest in each window. tube: where in each frame it fired: grey
    levels, white is its largest.
    """

    unit: int
    activation: float
    normalized: float | None
    trace: tuple[float, ...]
    course: tuple[float, ...]
    tube: StreamPicture | None


class ProbedLayer(_Part):
    """The units of a layer that fired most, the strongest first."""

    path: str
    frames: int
    units: tuple[ProbedUnit, ...]


class Probe(_Part):
    """What was found. classes: those that are listed, the most probable first; the first is what the saliency is of."""

    spec: ProbeSpec
    at: Seconds
    length: Seconds = Field(description="Of a window.")
    classes: tuple[int, ...]
    windows: tuple[Window, ...]
    output: Literal["softmax", "sigmoid"]
    streams: tuple[StreamPicture, ...] = Field(description="Exactly what the network sees in the window.")
    flow: str = Field(description="How motion was estimated; empty where the network takes none.")
    saliency: tuple[StreamPicture, ...] = Field(
        description="Per stream, input x gradient of the first class's logit, as grey levels."
    )
    layers: tuple[ProbedLayer, ...]
    seconds: float = Field(description="That it took.")


def bind(request: ProbeRequest, card: ModelCard, film: Film) -> ProbeSpec:
    """The spec of a request. Raises UnknownLayer, UnitOutOfRange, Unsuited."""
    if not card.classes:
        raise Unsuited(f"{card.name!r} has no classes whose probabilities could be shown.")
    for each in request.ablate:
        card.check_unit(each.layer, each.unit)
    end = film.seconds if request.end is None else min(request.end, film.seconds)
    if request.start >= end:
        raise Unsuited(
            f"start is {request.start:g} s and end is {end:g} s of a clip of {film.seconds:g} s: nothing lies between.",
            allowed=[f"0 <= start < end <= {film.seconds:g}"],
        )
    if request.at is not None and not request.start <= request.at <= end:
        raise Unsuited(
            f"at is {request.at:g} s, which does not lie between start, {request.start:g} s, and end, {end:g} s.",
            allowed=[f"{request.start:g} <= at <= {end:g}"],
        )
    return ProbeSpec(
        clip=request.clip,
        start=round(request.start, 3),
        end=round(end, 3),
        at=None if request.at is None else round(request.at, 3),
        ablate=in_order(request.ablate),
        model=card.name,
        fingerprint=card.fingerprint,
    )


def file_of(spec: ProbeSpec) -> str:
    """Where a probe is kept, beside its clip."""
    return f"probe-{spec.id}.json"
