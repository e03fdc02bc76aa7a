"""Requests that stand in an address. Query names that a route does not know are an error, not silently ignored."""

from __future__ import annotations

import difflib
from typing import TypeVar

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

Asked = TypeVar("Asked", bound=BaseModel)


async def only_known(request: Request) -> None:
    """A dependency. Raises RequestValidationError (422) for the first unknown query name."""
    if not request.query_params:
        return
    known = sorted(_names(request.scope["route"].dependant))
    for name in request.query_params:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known) or 'none'}."
            raise RequestValidationError([{"loc": ("query", name), "msg": f"Unknown query {name!r}. {hint}"}])


def asked(kind: type[Asked], **wanted: object) -> Asked:
    """The request that a query stands for, by the names that its body has. Raises RequestValidationError."""
    try:
        return kind.model_validate(wanted)
    except ValidationError as reason:
        raise RequestValidationError([{**each, "loc": ("query", *each["loc"])} for each in reason.errors()]) from reason


def _names(dependant: Dependant) -> set[str]:
    own = {field.alias for field in dependant.query_params}
    return own.union(*(_names(inner) for inner in dependant.dependencies))
