"""What the author of a model states of it; everything else is computed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contract.catalogue import Head, Stream
from contract.errors import ModelProblem
from worker.models import labels

EXAMPLE = (
    'CARD = {"streams": [{"name": "clip", "kind": "clip", "frames": 16, "height": 112, "width": 112}], '
    '"classes": "kinetics400"} (docs/own-model.md).'
)


class Sheet(BaseModel):
    """The card as its author writes it. Class lists are already read (`read`)."""

    model_config = ConfigDict(extra="forbid")

    title: str
    description: str = ""
    streams: tuple[Stream, ...] = Field(min_length=1)
    classes: tuple[str, ...] = ()
    class_layer: str | None = None
    output: Literal["softmax", "sigmoid"] = "softmax"
    heads: tuple[Head, ...] = ()
    recommended: tuple[str, ...] = ()
    lanes: dict[str, str] = Field(default_factory=dict)
    extends: bool = False
    causal: bool = False
    citation: str = ""
    licence: str = ""
    accuracy: dict[str, float] = Field(default_factory=dict)
    weights: str = ""


def read(card: Any, *, title: str, folder: Path, origin: str) -> Sheet:
    """The CARD of `origin` (a file's name). Class lists by name or file are read, files relative to `folder`.

    Raises ModelProblem, which names the entry and what is allowed.
    """
    if not isinstance(card, Mapping):
        raise ModelProblem(f"{origin} has no dictionary CARD that states the network's inputs. For example: {EXAMPLE}")
    values = {"title": title, **card}
    if isinstance(values.get("classes"), str):
        values["classes"] = labels.find(values["classes"], folder=folder)
    if isinstance(values.get("heads"), list | tuple):
        values["heads"] = [_head(head, folder) for head in values["heads"]]
    if values.get("heads") and (values.get("classes") or values.get("class_layer")):
        raise ModelProblem(f"CARD of {origin}: give either heads, or classes and class_layer.")
    try:
        sheet = Sheet.model_validate(values)
    except ValidationError as reason:
        raise ModelProblem(f"CARD of {origin}: {_words(reason)}") from reason
    _check_names(sheet, origin)
    return sheet


def _head(head: Any, folder: Path) -> Any:
    if isinstance(head, Mapping) and isinstance(head.get("classes"), str):
        return {**head, "classes": labels.find(head["classes"], folder=folder)}
    return head


def _check_names(sheet: Sheet, origin: str) -> None:
    names = [stream.name for stream in sheet.streams]
    if len(set(names)) < len(names):
        raise ModelProblem(f"CARD of {origin}: two streams have the same name ({', '.join(names)}).")


def _words(reason: ValidationError) -> str:
    """The first error in a line, with the nearest known entry for an unknown one."""
    first = reason.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = Stream.model_fields if "streams" in first["loc"] else Sheet.model_fields
        near = difflib.get_close_matches(str(first["loc"][-1]), list(known), n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        return f"{place}: there is no such entry.{hint} Known are {', '.join(known)}."
    if first["type"] == "missing":
        return f"{place}: missing. It must be stated."
    return f"{place}: {first['msg']} (given: {first['input']!r})."
