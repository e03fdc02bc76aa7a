"""Users' own networks: a Python file, or an installed package, with `build()` and `CARD`.

The file is run on an administrator's word (`./kinetoscope add`), never through the API.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from torch import nn

from contract.errors import ModelProblem
from worker.models import fault
from worker.models import sheet as sheets
from worker.models.sheet import Sheet

GROUP = "kinetoscope.models"
"""Entry points of installed packages that are networks: each names a module with build() and CARD."""


def build(file: Path) -> tuple[nn.Module, Sheet]:
    """The network of a user's file. Raises ModelProblem, which names what is missing or wrong."""
    if not file.is_file():
        raise ModelProblem(f"There is no file {file}.")
    with _importable(file.parent):
        source = _run(file)
        module = _call(source, file.name)
    return module, sheets.read(getattr(source, "CARD", None), title=file.stem, folder=file.parent, origin=file.name)


def installed() -> dict[str, EntryPoint]:
    """Networks of installed packages, by name."""
    return {point.name: point for point in entry_points(group=GROUP)}


def build_installed(name: str) -> tuple[nn.Module, Sheet]:
    """The network of an installed package. Raises ModelProblem."""
    point = installed().get(name)
    if point is None:
        raise ModelProblem(f"No installed package has a network {name!r} (entry point group {GROUP}).")
    try:
        source = point.load()
    except Exception as reason:  # the package may raise anything
        raise ModelProblem(f"{point.value} cannot be imported: {fault.words(reason)}") from reason
    module = _call(source, point.value)
    folder = Path(getattr(source, "__file__", None) or ".").parent
    return module, sheets.read(getattr(source, "CARD", None), title=name, folder=folder, origin=point.value)


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let the file import its neighbours."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _run(file: Path) -> ModuleType:
    name = "own_model_" + "".join(c if c.isalnum() else "_" for c in file.stem)
    specification = importlib.util.spec_from_file_location(name, file)
    if specification is None or not isinstance(specification.loader, SourceFileLoader):
        raise ModelProblem(f"{file} is not a Python file: its name should end in .py.")
    source = importlib.util.module_from_spec(specification)
    try:
        # As it stands now: bytecode that Python keeps is told from an edited file by second and size alone.
        exec(specification.loader.source_to_code(file.read_bytes(), str(file)), source.__dict__)
    except ModuleNotFoundError as reason:
        raise ModelProblem(
            f"{file.name} cannot be run: there is no module {reason.name!r}. Put it beside the file, or install it "
            f"with {sys.executable} -m pip install {str(reason.name).partition('.')[0]}"
        ) from reason
    except (Exception, SystemExit) as reason:  # a user's file may raise anything; the worker must live on
        raise ModelProblem(f"{file.name} cannot be run: {fault.words(reason)}") from reason
    return source


def _call(source: Any, origin: str) -> nn.Module:
    if not callable(getattr(source, "build", None)):
        raise ModelProblem(f"{origin} has no function build() that returns the network.")
    try:
        module = source.build()
    except (Exception, SystemExit) as reason:  # as above
        raise ModelProblem(f"build() of {origin} failed: {fault.words(reason)}") from reason
    if not isinstance(module, nn.Module):
        raise ModelProblem(f"build() of {origin} returned a {type(module).__name__}, not a torch.nn.Module.")
    return module
