"""Class scores of a clip without some units: the request, its identity, and what it gives."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contract.catalogue import ModelCard
from contract.errors import Unsuited
from contract.identity import identity
from contract.pyramid import ClipName, class_of
from contract.spec import Name
from contract.units import UnitName, in_order

VERSION = "1"
"""Raised when the same request would give something else."""

AT_MOST = 256
"""Units of one request."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class AblationRequest(_Part):
    """A clip, and units that are to be silent, each where a pyramid takes its layer."""

    clip: ClipName
    units: tuple[UnitName, ...] = Field(min_length=1, max_length=AT_MOST, description="Units that are set to 0.")


class AblationSpec(_Part):
    """A request bound to a model and its weights."""

    what: Literal["ablation"] = "ablation"
    clip: ClipName
    silent: tuple[UnitName, ...]
    model: Name
    fingerprint: str = Field(min_length=8, max_length=64, pattern=r"^[0-9a-f]+$")
    version: str = VERSION

    @property
    def id(self) -> str:
        """Hash of the canonical spec: 32 hexadecimal digits."""
        return identity(self.model_dump(mode="json"))


class Outcome(_Part):
    """Logits of all classes, and their probabilities."""

    scores: tuple[float, ...]
    probabilities: tuple[float, ...]


class Ablation(_Part):
    """What the network says of a clip with all units, without those that were asked for, and without others.

    random: in the mean over `draws`, without as many other units of the same layers; null where a layer has no others.
    """

    spec: AblationSpec
    clips: int = Field(default=1, description="All figures are means over so many.")
    intact: Outcome
    without: Outcome
    random: Outcome | None
    draws: int


def bind(request: AblationRequest, card: ModelCard) -> AblationSpec:
    """The spec of a request. Raises UnknownClass, UnknownLayer, UnitOutOfRange, Unsuited."""
    if not card.classes:
        raise Unsuited(f"{card.name!r} has no classes whose scores could change.")
    own = class_of(request.clip)
    if own is not None:
        card.class_number(own)
    for each in request.units:
        layer = card.check_unit(each.layer, each.unit)
        if card.is_class(layer.path):
            raise Unsuited(f"{each.layer!r} is the score itself: silence units below it.")
        if layer.kind == "heads":
            raise Unsuited(f"{each.layer!r} only listens to attention: silence units of the layer that it listens to.")
    return AblationSpec(
        clip=request.clip, silent=in_order(request.units), model=card.name, fingerprint=card.fingerprint
    )
