"""The request for an analysis of a model (docs/findings.md), and its identity."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contract.errors import UnknownClips
from contract.identity import identity
from contract.spec import Name

DRAWN = "drawn"
"""The set of clips that is drawn, not read; `DRAWN_FOR` is the model that it is drawn for."""

DRAWN_FOR = "demo"

DRAWN_SOURCE = "drawn clips, easy and hard"
"""What findings over them are said to be over: no name of a set."""
UNITS = 4


class AnalysisRequest(BaseModel):
    """What a client asks for: the survey of a set of clips, or optima of some units of each layer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: Literal["clips", "optima"] = Field(description="clips: survey a set of them. optima: needs none.")
    clips: str = Field(default="", max_length=200, description="Name of a set of clips that the server knows.")
    units: int = Field(default=UNITS, ge=1, le=64, description="Units of each layer that are optimized.")


class AnalysisSpec(AnalysisRequest):
    """A request bound to the model that it is about. What was found stays, so it is never computed twice."""

    model: Name
    fingerprint: str = Field(min_length=8, max_length=64, pattern=r"^[0-9a-f]+$")

    @property
    def id(self) -> str:
        """Hash of the canonical spec: 32 hexadecimal digits."""
        return identity({"analysis": self.model_dump(mode="json")})


def bind(request: AnalysisRequest, *, model: str, fingerprint: str, known: Iterable[str]) -> AnalysisSpec:
    """The spec of a request; what does not concern it is left at its default. Raises UnknownClips.

    known: names of the sets of clips that there are for the model.
    """
    if request.what == "optima":
        return AnalysisSpec(what="optima", units=request.units, model=model, fingerprint=fingerprint)
    names = list(known)
    if request.clips not in names:
        raise UnknownClips(request.clips, names)
    return AnalysisSpec(what="clips", clips=request.clips, model=model, fingerprint=fingerprint)


def sets(model: str, named: Iterable[str]) -> list[str]:
    """Names of the sets of clips for a model. named: those of the settings, which are for every model."""
    return [DRAWN, *named] if model == DRAWN_FOR else list(named)
