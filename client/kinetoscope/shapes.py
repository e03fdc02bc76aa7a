"""What answers are made of. Every shape keeps the whole answer in `raw` (docs/api.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeVar

State = Literal["absent", "queued", "running", "finished", "failed", "canceled"]
ENDED: frozenset[State] = frozenset({"finished", "failed", "canceled"})

Shape = TypeVar("Shape")


@dataclass(frozen=True)
class Layer:
    """A layer of a model. receptive_field, stride: in pixels; None: the layer sees everything."""

    path: str
    kind: str
    units: int
    frames: int
    height: int
    width: int
    stride: int | None = None
    receptive_field: int | None = None
    receptive_frames: int | None = None
    streams: tuple[str, ...] = ()
    recommended: bool = False
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Model:
    """A model. `layers` and `classes` are filled by `Client.model`, not by the list of models."""

    name: str
    title: str
    fingerprint: str
    class_layer: str | None = None
    available: bool = True
    layers: tuple[Layer, ...] = field(default=(), repr=False)
    classes: tuple[str, ...] = field(default=(), repr=False)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Progress:
    """How far a job is. phase: what is done before the first step, else empty. eta_s: seconds left."""

    step: int
    steps: int
    phase: str = ""
    activation: float | None = None
    eta_s: float | None = None


@dataclass(frozen=True)
class Run:
    """A job: one visualization of one unit, or a study. variant: `slow`, `fast`, `still`, or None.

    title: what it is about, in words, where it comes from the list of jobs.
    """

    id: str
    url: str
    state: State
    title: str = ""
    variant: str | None = None
    position: int | None = None
    progress: Progress | None = None
    error: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def result(self) -> Mapping[str, Any] | None:
        """Activation reached, seconds, inputs, ...: of a finished visualization."""
        return self.raw.get("result")

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs that there are pictures of."""
        return tuple(stream["name"] for stream in (self.result or {}).get("streams", ()))


@dataclass(frozen=True)
class Unit:
    """A unit, and its runs by variant. label: name of a class. figure: of the index that units were sorted by."""

    unit: int
    label: str | None = None
    dead: bool = False
    figure: float | None = None
    variants: Mapping[str, Run] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Clip:
    """A clip that was brought to the server. state: `checking` until a worker has looked at it, then `ready`."""

    id: str
    url: str
    name: str
    state: str
    expires: float
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


def layer(raw: Mapping[str, Any]) -> Layer:
    """A layer from its JSON."""
    return _shape(Layer, raw)


def model(raw: Mapping[str, Any]) -> Model:
    """A model from its JSON, whole or as in the list."""
    return _shape(Model, raw, layers=tuple(map(layer, raw.get("layers") or ())))


def run(raw: Mapping[str, Any]) -> Run:
    """A visualization or a study from its JSON."""
    told = raw.get("progress")
    return _shape(Run, raw, progress=_shape(Progress, told) if told else None)


def unit(raw: Mapping[str, Any]) -> Unit:
    """A unit from its JSON."""
    return _shape(Unit, raw, variants={name: run(each) for name, each in raw["variants"].items()})


def clip(raw: Mapping[str, Any]) -> Clip:
    """A clip from its JSON."""
    return _shape(Clip, raw)


def _shape(kind: type[Shape], raw: Mapping[str, Any], **made: Any) -> Shape:
    """Names that the shape does not have stay in `raw`: a newer server says more, and is still understood."""
    names = {each.name for each in fields(kind)}  # type: ignore[arg-type]
    plain = {name: _frozen(value) for name, value in raw.items() if name in names - {"raw"}}
    return kind(**{**plain, **made, **({"raw": raw} if "raw" in names else {})})


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
