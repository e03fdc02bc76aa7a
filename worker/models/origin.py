"""Where a network comes from, as plain values: what is registered, and what a trial in another process is given."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from torch import nn

from contract.errors import ModelProblem
from worker.models import huggingface, own, tuned, weights, zoo
from worker.models.sheet import Sheet


def at(path: Path) -> Origin:
    """The origin of a network that is on this disk: a Python file, or a folder of Hugging Face. Raises ModelProblem."""
    if str(path) in zoo.KNOWN and not path.exists():
        raise ModelProblem(
            f"{path} is a known network: ./kinetoscope pull {path}, ./kinetoscope import {path} FILE, or "
            f"./kinetoscope add {path} --random-weights."
        )
    if path.is_dir() and not huggingface.is_folder(path):
        raise ModelProblem(f"{path} is a folder without {huggingface.CONFIG}; give a Python file.")
    kind = "folder" if huggingface.is_folder(path) else "file"
    return Origin(kind=kind, place=str(path.resolve()))


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
