"""The REST API as values: what is asked, and how the answer is read. Sends nothing (docs/api.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx

from kinetoscope import shapes
from kinetoscope.shapes import Clip, Layer, Model, Run, Unit

Answer = TypeVar("Answer")

FEW = 8
"""Units, in at most three variants each, that somebody may wait for before all batches."""


@dataclass(frozen=True)
class Call(Generic[Answer]):
    """One request. query: None leaves a name out. body: JSON; content: bytes as they are."""

    method: str
    path: str
    read: Callable[[httpx.Response], Answer]
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    content: bytes | None = None

    def request(self) -> dict[str, Any]:
        """As httpx takes it."""
        sent: dict[str, Any] = {"params": {name: value for name, value in self.query.items() if value is not None}}
        if self.content is not None:
            sent |= {"content": self.content, "headers": {"Content-Type": "application/octet-stream"}}
        elif self.body is not None:
            sent["json"] = self.body
        return {"method": self.method, "url": self.path, **sent}


def get(path: str, **query: Any) -> Call[Any]:
    """Any resource as JSON."""
    return Call("GET", path, _json, query)


def models() -> Call[list[Model]]:
    """All models."""
    return Call("GET", "/models", _items(shapes.model))


def model(name: str) -> Call[Model]:
    """A model with its layers and classes."""
    return Call("GET", _path("models", name), lambda answer: shapes.model(answer.json()))


def layers(model: str) -> Call[list[Layer]]:
    """The layers of a model, in order."""
    return Call("GET", _path("models", model, "layers"), _items(shapes.layer))


def units(model: str, layer: str, **query: Any) -> Call[list[Unit]]:
    """Units of a layer, at most 200 at once."""
    return Call("GET", _path("models", model, "layers", layer, "units"), _items(shapes.unit), query)


def unit(model: str, layer: str, number: int, **query: Any) -> Call[Unit]:
    """One unit."""
    path = _path("models", model, "layers", layer, "units", number)
    return Call("GET", path, lambda answer: shapes.unit(answer.json()), query)


def visualize(
    model: str,
    layer: str,
    units: Sequence[int],
    variants: Sequence[str] | None,
    parameters: Mapping[str, Any],
    *,
    wait: bool = False,
) -> Call[list[Run]]:
    """Ask for the runs of many units; those that there are cost nothing. wait: a few of them go before batches."""
    body: dict[str, Any] = {"model": model, "layer": layer, "units": list(units), "parameters": dict(parameters)}
    if wait and len(units) <= FEW:
        body["priority"] = "interactive"
    if variants is not None:
        body["variants"] = list(variants)
    return Call("POST", "/visualizations/batch", _items(shapes.run), body=body)


def run(url: str) -> Call[Run]:
    """A job as it is now. url: as a run names it."""
    return Call("GET", url.removeprefix("/api/v1"), lambda answer: shapes.run(answer.json()))


def jobs(state: str | None, limit: int) -> Call[list[Run]]:
    """Jobs, newest first; of one state, what is queued in the order of its turn."""
    query = {"limit": limit, **({"state": state} if state else {})}
    return Call("GET", "/jobs", _items(shapes.run), query)


def cancel(identity: str) -> Call[Run]:
    """Stop a job at its next step."""
    return Call("POST", _path("jobs", identity, "cancel"), lambda answer: shapes.run(answer.json()))


def cancel_queued() -> Call[int]:
    """Cancel all that waits."""
    return Call("POST", "/jobs/cancel", lambda answer: answer.json()["canceled"])


def file(identity: str, name: str, **query: Any) -> Call[bytes]:
    """A computed input as a common file: `motion.mp4`, `appearance.png`, `all.npz`."""
    return Call("GET", _path("visualizations", identity, "files", name), lambda answer: answer.content, query)


def figure(identities: Sequence[str], kind: str, form: str, **query: Any) -> Call[bytes]:
    """A figure of computed runs. kind: `strip` or `plate`; form: `png`, `svg` or `pdf`."""
    query = {"ids": ",".join(identities), **query}
    return Call("GET", f"/figures/{kind}.{form}", lambda answer: answer.content, query)


def bring(name: str, content: bytes) -> Call[Clip]:
    """Bring a film."""
    return Call("POST", "/clips", lambda answer: shapes.clip(answer.json()), {"name": name}, content=content)


def clip(identity: str) -> Call[Clip]:
    """A clip that was brought."""
    return Call("GET", _path("clips", identity), lambda answer: shapes.clip(answer.json()))


def delete_clip(identity: str) -> Call[None]:
    """Delete a clip and all that was made of it."""
    return Call("DELETE", _path("clips", identity), lambda answer: None)


def pyramid(model: str, body: Mapping[str, Any]) -> Call[Run]:
    """Ask what a class score is made of."""
    path = _path("models", model, "pyramids")
    return Call("POST", path, lambda answer: shapes.run(answer.json()["job"]), body=_given(body))


def pyramid_found(model: str, body: Mapping[str, Any]) -> Call[Mapping[str, Any] | None]:
    """The pyramid, or None while there is none."""
    path = _path("models", model, "pyramids")
    return Call("GET", path, lambda answer: answer.json()["pyramid"], _given(body))


def _path(*parts: str | int) -> str:
    return "/" + "/".join(quote(str(part), safe="") for part in parts)


def _given(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


def _json(answer: httpx.Response) -> Any:
    return answer.json()


def _items(shape: Callable[[Mapping[str, Any]], Answer]) -> Callable[[httpx.Response], list[Answer]]:
    return lambda answer: [shape(each) for each in answer.json()["items"]]
