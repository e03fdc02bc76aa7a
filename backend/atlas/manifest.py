"""The manifest of an atlas: what made it, what it holds, and every file with its checksum."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FILE = "manifest.json"
FORMAT = 1
"""Raised when an older version could not read an atlas any more."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(_Part):
    """A file."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)


class Counts(_Part):
    """How much there is of a model."""

    layers: int = 0
    units: int = 0
    visualizations: int = 0
    classes: int = 0
    pyramids: int = 0


class ModelEntry(_Part):
    """A model, and under which terms it may be passed on."""

    name: str
    title: str
    fingerprint: str = Field(pattern=r"^[0-9a-f]{8,64}$")
    weights: str
    licence: str
    citation: str
    counts: Counts


class Manifest(_Part):
    """The whole of it. data: the numbers of the pictures and common files are there too."""

    product: Literal["Kinetoscope"] = "Kinetoscope"
    format: int = FORMAT
    version: str
    engine: str
    data: bool
    models: tuple[ModelEntry, ...]
    files: dict[str, Entry] = Field(default_factory=dict)
