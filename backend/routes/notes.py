"""Favourites, tags and notes on units."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi import Path as InPath

from backend.answers import Page
from backend.notebook import Entry, Notebook, Remark
from contract.shelf import Shelf
from contract.spec import Name

UnitNumber = Annotated[int, InPath(ge=0)]


def routes(*, notebook: Notebook, shelf: Shelf) -> APIRouter:
    """The router."""
    router = APIRouter(prefix="/notes", tags=["notes"])

    @router.get("")
    def notes(model: Annotated[Name | None, Query()] = None) -> Page[Entry]:
        """Everything that is said of units, or of those of one model. This list is also the export."""
        entries = notebook.entries(model)
        return Page(items=entries, total=len(entries))

    @router.put("/{model}/{layer}/{unit}")
    def write(model: str, layer: str, unit: UnitNumber, remark: Remark) -> Entry:
        """Replace what is said of a unit. Without favourite, tags and text it is forgotten."""
        shelf.card(model).check_unit(layer, unit)
        entry = Entry(model=model, layer=layer, unit=unit, **remark.model_dump())
        notebook.set(entry)
        return entry

    return router
