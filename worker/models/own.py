"""Users' own networks: a Python file with `build()` and `CARD`, registered by its path, never copied.

The file is run in the worker's process on an administrator's word (`./kinetoscope add`), never through the API.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import ValidationError
from torch import nn

from contract.errors import ModelProblem
from worker.models.assemble import Sheet, assemble
from worker.models.model import Model


def add(name: str, file: Path, *, data: Path, reserved: Collection[str] = ()) -> Model:
    """Register the network of `file` under `name` after it was built and traced once. Raises ModelProblem."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_\-]{0,60}", name):
        raise ModelProblem(f"{name!r} cannot name a model: use small letters, digits, - and _, at most 61 of them.")
    if name in reserved:
        raise ModelProblem(f"{name!r} is the name of a model that comes with the product; choose another.")
    model = build(name, file.resolve(), data=data)
    entry = _entry(data, name)
    entry.parent.mkdir(parents=True, exist_ok=True)
    entry.write_text(json.dumps({"file": str(file.resolve())}, indent=1))
    return model


def remove(name: str, *, data: Path) -> None:
    """Forget a registered network; its pictures stay. Raises ModelProblem where it is not registered."""
    if name not in names(data):
        raise ModelProblem(f"{name!r} is not an added model. Added are: {', '.join(names(data)) or 'none'}.")
    _entry(data, name).unlink()


def names(data: Path) -> list[str]:
    """Registered names, sorted."""
    return sorted(path.stem for path in (data / "models").glob("*.json"))


def load(name: str, *, data: Path) -> Model:
    """Build a registered network. Raises ModelProblem."""
    return build(name, Path(json.loads(_entry(data, name).read_text())["file"]), data=data)


def build(name: str, file: Path, *, data: Path) -> Model:
    """The network of a user's file. Raises ModelProblem, which names what is missing or wrong."""
    if not file.is_file():
        raise ModelProblem(f"There is no file {file}.")
    with _importable(file.parent):
        source = _run(file, name)
        module = _call(source, file)
    return assemble(name, module, _sheet(source, file), data=data)


def _entry(data: Path, name: str) -> Path:
    return data / "models" / f"{name}.json"


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let the file import its neighbours."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _run(file: Path, name: str) -> ModuleType:
    specification = importlib.util.spec_from_file_location(f"own_model_{name.replace('-', '_')}", file)
    if specification is None or specification.loader is None:
        raise ModelProblem(f"{file} is not a Python file: its name should end in .py.")
    source = importlib.util.module_from_spec(specification)
    try:
        specification.loader.exec_module(source)
    except Exception as reason:  # a user's file may raise anything; the worker must live on
        raise ModelProblem(f"{file.name} cannot be run: {type(reason).__name__}: {reason}") from reason
    return source


def _call(source: ModuleType, file: Path) -> nn.Module:
    if not callable(getattr(source, "build", None)):
        raise ModelProblem(f"{file.name} has no function build() that returns the network.")
    try:
        module = source.build()
    except Exception as reason:  # as above
        raise ModelProblem(f"build() of {file.name} failed: {type(reason).__name__}: {reason}") from reason
    if not isinstance(module, nn.Module):
        raise ModelProblem(f"build() of {file.name} returned a {type(module).__name__}, not a torch.nn.Module.")
    return module


def _sheet(source: ModuleType, file: Path) -> Sheet:
    card: Any = getattr(source, "CARD", None)
    if not isinstance(card, dict):
        raise ModelProblem(f"{file.name} has no dictionary CARD that states the network's inputs.")
    values = {"title": file.stem, **card}
    if isinstance(values.get("classes"), str):
        values["classes"] = _class_list(file.parent / values["classes"])
    try:
        return Sheet.model_validate(values)
    except ValidationError as reason:
        first = reason.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ModelProblem(f"CARD of {file.name}: {place}: {first['msg']} (given: {first['input']!r}).") from reason


def _class_list(path: Path) -> tuple[str, ...]:
    try:
        return tuple(line.strip() for line in path.read_text().splitlines() if line.strip())
    except OSError as reason:
        raise ModelProblem(f"The class list {path} cannot be read: {reason.strerror}.") from reason
