"""From what a caller says to what is sent: the same for both clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

from kinetoscope.shapes import Model, Run

DEFAULT = "http://127.0.0.1:8000"
PAGE = 200
"""Units that one request fetches."""

AGAIN_S = 1.0
"""Wait before a stream of events that broke off is opened again."""


def chosen(model: Model, layer: str | None, units: int | str | Sequence[int | str]) -> tuple[str, list[int]]:
    """The layer's path and the units' numbers. Raises ValueError for what the model does not have."""
    path = layer or model.class_layer
    if path is None:
        raise ValueError(f"{model.name} has no classes: name a layer, one of {[each.path for each in model.layers]}")
    wanted = [units] if isinstance(units, (int, str)) else list(units)
    return path, [each if isinstance(each, int) else _class(model, path, each) for each in wanted]


def _class(model: Model, layer: str, name: str) -> int:
    if layer != model.class_layer:
        raise ValueError(f"{model.name} has no class {name!r} in {layer}: its classes are in {model.class_layer}")
    if name not in model.classes:
        near = get_close_matches(name, model.classes, n=3)
        known = f"Did you mean {' or '.join(map(repr, near))}?" if near else f"It has {', '.join(model.classes[:50])}."
        raise ValueError(f"{model.name} has no class {name!r} in {layer}. {known}")
    return model.classes.index(name)


def query_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """A pyramid's request as its query: rows joined as in an address."""
    rows = body.get("rows")
    return {**body, "rows": ",".join("+".join(row) for row in rows)} if rows else dict(body)


def failed(run: Run) -> NoReturn:
    """Raises RuntimeError: why a job gave nothing."""
    raise RuntimeError(run.error or f"it is {run.state}")
