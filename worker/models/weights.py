"""The weights of known networks: pulled, imported, or random for trials; and what is known of where they come from."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from contract.errors import ModelProblem, UnknownModel
from worker.models import checkpoint, download, keys, tuned, zoo
from worker.models.tuned import Tuning


class Record(BaseModel):
    """Where a network's weights come from. sha256: of every file. verified: it is publicly known, and right.

    tuning: how their classes differ from the published ones. accuracy: measured when they were trained here.
    """

    kind: Literal["random", "pulled", "imported", "trained"]
    source: str = ""
    sha256: str = ""
    verified: bool = False
    tuning: Tuning | None = None
    accuracy: dict[str, float] = {}

    @property
    def words(self) -> str:
        """For the card."""
        if self.kind == "random":
            return "random weights, for trials"
        if self.kind == "trained":
            return f"trained here on {self.source}"
        checked = "checksum verified" if self.verified else "unverified: no public checksum is known"
        hashes = " and ".join(f"{each[:16]}..." for each in self.sha256.split())
        tuned = f", {self.tuning.words}" if self.tuning else ""
        return f"{self.kind} from {self.source}, SHA-256 {hashes}, {checked}{tuned}"


def record(name: str, data: Path) -> Record | None:
    """The record of a network whose weights are here."""
    try:
        found = Record.model_validate_json(_record(name, data).read_bytes())
    except (OSError, ValidationError):
        return None
    return found if found.kind == "random" or _file(name, data).is_file() else None


def fill(module: nn.Module, name: str, data: Path) -> nn.Module:
    """The network with its kept weights."""
    found = record(name, data)
    if found and found.tuning:
        tuned.resize(module, found.tuning)
    module.load_state_dict(load_file(_file(name, data)))
    return module


def stamp(name: str, data: Path) -> str:
    """Another text when other weights were put there."""
    found = record(name, data)
    return found.model_dump_json() if found else ""


def randomize(name: str, *, data: Path) -> None:
    """Offer a known network with random weights."""
    _check_known(name)
    _keep(name, Record(kind="random"), data)


def pull(name: str, *, data: Path, progress: download.Progress = download.silent, pause: float = 1.0) -> Record:
    """Download the published weights of a network, check and keep them. Raises ModelProblem, UnknownModel."""
    _check_known(name)
    entry = zoo.published(name)
    if entry is None:
        raise ModelProblem(
            f"The weights of {name!r} have no lasting address. ./kinetoscope import {name} FILE takes them "
            f"from a file: {zoo.KNOWN[name].source}."
        )
    file = data / "weights" / entry.file
    if not file.is_file():
        try:
            download.fetch(entry.url, file, checksum=entry.checksum, progress=progress, pause=pause)
        except ModelProblem as problem:
            raise ModelProblem(f"{problem.detail}{_elsewhere(name, file)}") from problem
    hashed = download.sha256(file)
    if not hashed.startswith(entry.checksum):
        raise ModelProblem(f"{file} is not the published file (SHA-256 {hashed}); remove it and pull again.")
    found = Record(kind="pulled", source=entry.file, sha256=hashed, verified=bool(entry.checksum))
    _adopt(name, file, found, data)
    file.unlink(missing_ok=True)
    return found


def take(name: str, *files: Path, data: Path, classes: Sequence[str] = ()) -> Record:
    """Import the weights of a known network from a file, or from one per stream.

    classes: their names, where they are not the published ones. Raises ModelProblem, UnknownModel.
    """
    _check_known(name)
    parts = zoo.KNOWN[name].parts
    if len(files) not in {1, len(parts)}:
        wanted = f"one file, or one each for {' and '.join(parts)}" if parts else "one file"
        raise ModelProblem(f"{name!r} is imported from {wanted}; {len(files)} are given.")
    fitted = {}
    for file, part in zip(files, parts if len(files) > 1 else ("",), strict=True):
        fitted |= _fitted(name, checkpoint.read(file), part)
    tuning = tuned.find(fitted, zoo.shapes(name), zoo.KNOWN[name].sheet(), classes)
    hashed, entry = " ".join(download.sha256(file) for file in files), zoo.published(name)
    verified = bool(entry and entry.checksum and hashed.startswith(entry.checksum))
    source = " and ".join(file.name for file in files)
    found = Record(kind="imported", source=source, sha256=hashed, verified=verified, tuning=tuning)
    _save(name, fitted, found, data)
    return found


def put(
    name: str,
    state: dict[str, Tensor],
    *,
    data: Path,
    source: str,
    classes: Sequence[str] = (),
    accuracy: dict[str, float] | None = None,
) -> Record:
    """Keep weights that were trained here. classes: their names, where they are not the published ones.

    Raises ModelProblem where they cannot be written.
    """
    tuning = tuned.find(state, zoo.shapes(name), zoo.KNOWN[name].sheet(), classes)
    found = Record(kind="trained", source=source, tuning=tuning, accuracy=accuracy or {})
    _save(name, state, found, data)
    found = found.model_copy(update={"sha256": download.sha256(_file(name, data))})
    _keep(name, found, data)
    return found


def tensors(name: str, data: Path) -> dict[str, Tensor]:
    """The kept weights of a network."""
    return load_file(_file(name, data))


def forget(name: str, *, data: Path) -> None:
    """Remove the weights that were kept for a network."""
    _file(name, data).unlink(missing_ok=True)
    _record(name, data).unlink(missing_ok=True)


def _elsewhere(name: str, file: Path) -> str:
    return (
        f" Without a connection: place the file {file.name} in {file.parent} and give the same command, "
        f"or ./kinetoscope import {name} FILE."
    )


def _check_known(name: str) -> None:
    if name not in zoo.KNOWN:
        raise UnknownModel(name, zoo.KNOWN)


def _adopt(name: str, file: Path, found: Record, data: Path) -> None:
    _save(name, _fitted(name, checkpoint.read(file)), found, data)


def _fitted(name: str, tensors: dict[str, Tensor], part: str = "") -> dict[str, Tensor]:
    """The weights under the names of the network. part: the module that they are of; empty: the whole network."""
    known, begin = zoo.KNOWN[name], f"{part}." if part else ""
    wanted = {key.removeprefix(begin): value for key, value in zoo.shapes(name).items() if key.startswith(begin)}
    fitted = keys.fit(tensors, wanted, known.tables, classes=len(known.sheet().classes))
    return {begin + key: value for key, value in fitted.items()}


def _save(name: str, fitted: dict, found: Record, data: Path) -> None:
    target = _file(name, data)
    part = target.with_suffix(".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        save_file({key: value.contiguous() for key, value in fitted.items()}, part)
        part.replace(target)
        _keep(name, found, data)
    except Exception as reason:  # the library reports a full disk in several ways
        part.unlink(missing_ok=True)
        full = (isinstance(reason, OSError) and reason.errno == errno.ENOSPC) or "No space left" in str(reason)
        why = "the disk is full" if full else str(reason)
        raise ModelProblem(f"The weights cannot be kept in {target.parent}: {why}.") from reason


def _keep(name: str, found: Record, data: Path) -> None:
    path = _record(name, data)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(found.model_dump_json(indent=1))


def _file(name: str, data: Path) -> Path:
    return data / "weights" / f"{name}.safetensors"


def _record(name: str, data: Path) -> Path:
    return data / "weights" / f"{name}.json"
