"""Where a network comes from, as plain values: what is registered, and what a trial in another process is given."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from torch import nn

from contract.errors import ModelProblem
from worker.models import huggingface, own, tuned, weights, zoo
from worker.models.sheet import Sheet

SHOWN = 12
"""Files of a folder that are listed."""


def at(path: Path) -> Origin:
    """The origin of a network that is on this disk: a Python file, or the one in a folder, or a folder of Hugging Face.

    Raises ModelProblem.
    """
    if str(path) in zoo.KNOWN and not path.exists():
        raise ModelProblem(
            f"{path} is a known network: ./kinetoscope pull {path}, ./kinetoscope import {path} FILE, or "
            f"./kinetoscope add {path} --random-weights."
        )
    if huggingface.is_folder(path):
        return Origin(kind="folder", place=str(path.resolve()))
    return Origin(kind="file", place=str((only(path) if path.is_dir() else path).resolve()))


def only(folder: Path) -> Path:
    """The Python file of a folder that can be meant: the only one, or the only one that has build and CARD.

    Raises ModelProblem, which lists them, where there is none or more.
    """
    files = sorted(file for file in folder.glob("*.py") if not file.name.startswith("_"))
    found = files if len(files) == 1 else [file for file in files if _offers(file)]
    if len(found) == 1:
        return found[0]
    if not files:
        raise ModelProblem(f"{folder} is a folder without {huggingface.CONFIG} and without a Python file; give one.")
    said = (
        "; none has build() and CARD"
        if not found
        else f"; {', '.join(file.name for file in found)} have build() and CARD"
    )
    names = ", ".join(file.name for file in files[:SHOWN]) + (", ..." if len(files) > SHOWN else "")
    raise ModelProblem(f"{folder} is a folder of {len(files)} Python files{said}. Give one of {names}.")


def _offers(file: Path) -> bool:
    text = file.read_text(errors="replace")
    return (
        re.search(r"^def build\(", text, re.MULTILINE) is not None
        and re.search(r"^CARD\b", text, re.MULTILINE) is not None
    )


class Origin(BaseModel):
    """kind: what `place` is: the path of a `file` or `folder`, or the name of an `installed` or a `known` network."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["file", "folder", "installed", "known"]
    place: str

    def build(self, data: Path) -> tuple[nn.Module, Sheet]:
        """The network and what its author says of it. Raises ModelProblem."""
        if self.kind == "known":
            return _known(self.place, data)
        if self.kind == "folder":
            return huggingface.build(Path(self.place))
        return own.build(Path(self.place)) if self.kind == "file" else own.build_installed(self.place)

    def stamp(self, data: Path) -> str:
        """Another text when what is there has changed, as far as that can be seen from outside."""
        if self.kind == "known":
            return weights.stamp(self.place, data)
        if self.kind == "folder":
            return huggingface.stamp(Path(self.place))
        return _stamp(Path(self.place)) if self.kind == "file" else ""


def _known(name: str, data: Path) -> tuple[nn.Module, Sheet]:
    """A known network, with random weights where there are no others."""
    found = weights.record(name, data) or weights.Record(kind="random")
    trained = found.kind != "random"
    module = zoo.network(name)
    module = weights.fill(module, name, data) if trained else module
    sheet = zoo.sheet(name, weights=found.words, trained=trained)
    sheet = tuned.restate(sheet, found.tuning, zoo.KNOWN[name].title) if found.tuning else sheet
    return module, sheet.model_copy(update={"accuracy": found.accuracy}) if found.accuracy else sheet


def _stamp(file: Path) -> str:
    try:
        state = file.stat()
    except OSError:
        return "missing"
    return f"{state.st_mtime_ns} {state.st_size}"
