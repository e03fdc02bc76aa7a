"""Where a network comes from, as plain values: what is registered, and what a trial in another process is given."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from torch import nn

from worker.models import own
from worker.models.sheet import Sheet


class Origin(BaseModel):
    """kind: what `place` is: the path of a `file`, or the name of a network of an `installed` package."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["file", "installed"]
    place: str

    def build(self, data: Path) -> tuple[nn.Module, Sheet]:
        """The network and what its author says of it. Raises ModelProblem."""
        return own.build(Path(self.place)) if self.kind == "file" else own.build_installed(self.place)

    def stamp(self, data: Path) -> str:
        """Another text when what is there has changed, as far as that can be seen from outside."""
        return _stamp(Path(self.place)) if self.kind == "file" else ""


def _stamp(file: Path) -> str:
    try:
        state = file.stat()
    except OSError:
        return "missing"
    return f"{state.st_mtime_ns} {state.st_size}"
