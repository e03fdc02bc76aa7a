"""A Class Feature Pyramid (docs/pyramids.md): the request for one, its identity, and what it is."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from contract.catalogue import ModelCard
from contract.errors import Unsuited
from contract.identity import identity
from contract.spec import Name

SHOWN = 16
"""Units of a layer that are kept: a page shows some of them."""

MOST_ROWS = 12
GRAD_CAM, SALIENCY = "grad-cam", "saliency-tube"
"""What stands in the place of a layer for the maps that users know."""

VERSION = "2"
"""Raised when the same request would give another pyramid."""

CLIPS_OF_CLASS = re.compile(r"class-(\d{1,6})")
"""In the place of a clip: all that are known of a class, by its number."""

MOST_CLIPS = 12
"""Of a class."""

BROUGHT_CLIP = re.compile(r"([0-9a-f]{32})(?:-(\d{1,6}))?")
"""A clip that somebody brought, and the middle of the window in milliseconds; without it the middle of the clip."""

DRAWN_CLIP = re.compile(r"drawn-(\d{1,3})")

ClipName = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_.\-]{1,64}$",
        description="Id of a clip of the set that was surveyed; `drawn-N`: the N-th clip drawn for the demo; "
        "`class-N`: all known clips of class N, at most 12; a clip that was brought: `ID`, or `ID-MS` about MS ms.",
    ),
]
ClassName = Annotated[str | int, Field(description="By name or number.")]
Rows = tuple[tuple[Name, ...], ...]


def class_of(clip: str) -> int | None:
    """The number of the class whose known clips are meant, all of them; None where it is one clip."""
    whole = CLIPS_OF_CLASS.fullmatch(clip)
    return int(whole[1]) if whole else None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PyramidRequest(_Part):
    """What a client asks for: a class score on a clip, taken apart."""

    clip: ClipName
    label: ClassName | None = Field(default=None, alias="class", description="None: what the clip is taken for.")
    rival: ClassName | None = Field(default=None, description="Why the class and not this one.")
    rows: Rows | None = Field(
        default=None, max_length=MOST_ROWS, description="Layers from the score downwards; none: chosen for the network."
    )
    units: int = Field(default=SHOWN, ge=1, le=64, description="Units of a layer that are kept by themselves.")


class PyramidSpec(_Part):
    """A request bound to a model and its weights."""

    what: Literal["pyramid"] = "pyramid"
    clip: str
    label: int | None
    rival: int | None
    rows: Rows | None
    units: int
    model: Name
    fingerprint: str = Field(min_length=8, max_length=64, pattern=r"^[0-9a-f]+$")
    version: str = VERSION

    @property
    def id(self) -> str:
        """Hash of the canonical spec: 32 hexadecimal digits."""
        return identity(self.model_dump(mode="json"))


def bind(request: PyramidRequest, card: ModelCard) -> PyramidSpec:
    """The spec of a request. Raises UnknownClass, UnknownLayer, Unsuited."""
    if not card.classes:
        raise Unsuited(f"{card.name!r} has no classes whose score could be taken apart.")
    label = None if request.label is None else card.class_number(request.label)
    own = class_of(request.clip)
    if own is not None:
        own = card.class_number(own)
        label = own if label is None else label
    rival = None if request.rival is None else card.class_number(request.rival)
    if rival is not None and rival == label:
        raise Unsuited(f"{card.classes[rival]!r} cannot be its own rival.")
    for layer in (path for row in request.rows or () for path in row):
        if card.is_class(card.layer(layer).path):
            raise Unsuited(f"{layer!r} is the score itself: rows begin below it.")
    return PyramidSpec(
        clip=request.clip,
        label=label,
        rival=rival,
        rows=request.rows,
        units=request.units,
        model=card.name,
        fingerprint=card.fingerprint,
    )


class Node(_Part):
    """A unit and what the score owes to it; `other`: all units of the layer that are not listed, together."""

    layer: str
    unit: int | None
    relevance: float
    frequency: float | None = Field(
        default=None, description="Of several clips, the part in which it is among the eight strongest of its layer."
    )


class Member(_Part):
    """One of the clips that a pyramid of several is the mean of."""

    clip: str
    name: str
    score: float
    predicted: int


class Edge(_Part):
    """What a node gives to one of the row above, of that one's relevance. None: the layer's other units."""

    source: str
    source_unit: int | None
    target: str
    target_unit: int | None
    weight: float


class Bias(_Part):
    """What a node has from nowhere below: biases, and what lies around the row below. Makes its inflow add up."""

    layer: str
    unit: int | None
    weight: float


class Row(_Part):
    """Layers that stand side by side, the largest relevance first in each.

    A layer is taken where normalization, activation and what leads around it have come in: `at`.

    error: largest difference between what a unit gives to the row above and its relevance, as a part of the largest
    relevance of the row. About 0 where all paths to the score lead through the row above; what leads around it
    otherwise. Of several clips the largest.
    """

    layers: tuple[str, ...]
    at: dict[str, str] = Field(default_factory=dict, description="Module whose output a layer is taken at, if another.")
    nodes: tuple[Node, ...]
    error: float


class LeftOut(_Part):
    """An output size that has no row. row: the one that it would have; empty where paths lead around all its layers."""

    height: int
    width: int
    layers: int = Field(description="So many layers have this output size.")
    row: tuple[str, ...] = ()


class Curve(_Part):
    """The score when the units that a rule ranks first are set to 0, and when only they are not; one value per share.

    rule: `default`: by relevance; `original`: by the published rule's scores; `random`: in the mean over orders.
    """

    rule: Literal["default", "original", "random"]
    removed: tuple[float, ...]
    kept: tuple[float, ...]


class Agreement(_Part):
    """Of a row: how many of its `units` the published rule keeps, and how many of the `strongest` are among these."""

    layers: tuple[str, ...]
    units: int
    kept: int
    strongest: int
    shared: int


class Trust(_Part):
    """Whether the units of a pyramid are those that the score depends on, tried out at the row of `layers`."""

    layers: tuple[str, ...]
    shares: tuple[float, ...] = Field(description="Parts of the row's units.")
    score: float = Field(description="With all units.")
    nothing: float = Field(description="With none of them.")
    curves: tuple[Curve, ...]
    agreement: tuple[Agreement, ...]
    unfollowed: tuple[str, ...] = Field(default=(), description="Where the published rule cannot go on, and why.")


class Pyramid(_Part):
    """Rows from the score downwards. score: logit of `label`, less that of `rival` if there is one.

    Edges to the score are the relevances of the first row; `bias` of the score is the difference.
    """

    model: str
    fingerprint: str
    clip: str
    name: str = Field(default="", description="Of the clip, for people.")
    label: int
    members: tuple[Member, ...] = Field(default=(), description="Of several clips: these. All figures are means then.")
    predicted: int = Field(description="What the clip is taken for; of several, most of them.")
    rival: int | None
    score: float
    bias: float = Field(description="What the score has from nowhere below.")
    rows: tuple[Row, ...]
    left_out: tuple[LeftOut, ...] = Field(default=(), description="Of rows that were chosen; none: they were named.")
    edges: tuple[Edge, ...]
    biases: tuple[Bias, ...]
    trust: Trust | None = None


class Tube(_Part):
    """Where in the clip a node has its part from: `frames` x `height` x `width` levels of 8 bits, base64, row by row.

    layer: or GRAD_CAM, SALIENCY. trace: what the unit gives in each of the frames; of those two the sum of the map.
    """

    layer: str
    unit: int | None
    frames: int
    height: int
    width: int
    data: str
    trace: tuple[float, ...]


class Tubes(_Part):
    """Those of a pyramid's units, the largest level of each layer 255."""

    tubes: tuple[Tube, ...]
