"""Which models there are. Built-in ones register a builder; users' own are files in the data directory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from contract.errors import UnknownModel
from worker.models import own
from worker.models.model import Model

Builder = Callable[[Path], Model]
"""Data directory -> the model."""


def builders() -> dict[str, Builder]:
    """The models that come with the product, by name. Building is lazy."""
    from worker.models import demo

    return {"demo": demo.build}


def names(data: Path) -> list[str]:
    """All models that this machine can build."""
    return [*builders(), *own.names(data)]


def load(name: str, *, data: Path) -> Model:
    """Build the model `name` on the CPU. Raises UnknownModel, ModelProblem."""
    built_in = builders()
    if name in built_in:
        return built_in[name](data)
    if name not in own.names(data):
        raise UnknownModel(name, names(data))
    return own.load(name, data=data)
