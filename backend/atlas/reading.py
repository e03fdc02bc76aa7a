"""Reads an atlas back into a data folder: units and findings are there then, without being computed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeVar

from pydantic import BaseModel

from backend.answers import OneUnit, Visualization
from backend.atlas.checking import Checked, NotAnAtlas
from backend.atlas.export import ARCHIVE
from backend.atlas.questions import ROOT
from contract.archive import NAME, Archive
from contract.catalogue import ModelCard
from contract.given import Given
from contract.result import Result
from contract.store import FILE, Store

Progress = Callable[[str, int, int], None]
Value = TypeVar("Value", bound=BaseModel)


@dataclass
class Taken:
    """Of one model: visualizations that are new here, and those that were here; whether its findings were taken."""

    card: ModelCard
    new: int = 0
    known: int = 0
    findings: bool = False


def read(atlas: Checked, data: Path, *, store: Store, progress: Progress) -> list[Taken]:
    """Put all of it into a data folder that no server uses; what is there already stays. Raises NotAnAtlas."""
    found = []
    for entry in atlas.manifest.models:
        taken = Taken(_card(atlas, entry.name, entry.fingerprint))
        results = {result.id: result for result in _results(atlas, taken.card)}
        for done, result in enumerate(results.values()):
            progress(f"pictures of {entry.name}", done, len(results))
            if store.keep(result, _media(atlas, result)):
                taken.new += 1
            else:
                taken.known += 1
        taken.findings = _findings(atlas, taken.card, data)
        Given(data).put(taken.card)
        found.append(taken)
    store.mark()
    return found


def _card(atlas: Checked, name: str, fingerprint: str) -> ModelCard:
    path = f"{ROOT}/models/{name}.json"
    card = next(iter(_answers(ModelCard, atlas, path)), None)
    if card is None or (card.name, card.fingerprint) != (name, fingerprint):
        raise NotAnAtlas(f"{path} is the card of another model than the manifest says.")
    return card


def _results(atlas: Checked, card: ModelCard) -> Iterator[Result]:
    """Of the model's units, and those that have a place of their own."""
    for path in atlas.paths(f"{ROOT}/models/{card.name}/layers/*/units/*.json"):
        for unit in _answers(OneUnit, atlas, path):
            views = [*unit.variants.values(), *([unit.chi] if unit.chi else [])]
            yield from (_honest(view.result, path) for view in views if view.result)
    for path in atlas.paths(f"{ROOT}/visualizations/*.json"):
        for view in _answers(Visualization, atlas, path):
            if view.result and view.result.spec.fingerprint == card.fingerprint:
                yield _honest(view.result, path)


def _honest(result: Result, path: str) -> Result:
    files = [name for stream in result.streams for name in (stream.strip, stream.poster)]
    if result.id != result.spec.id or not all(FILE.fullmatch(name) for name in files):
        raise NotAnAtlas(f"{path} holds a result that is not what its id says.")
    return result


def _media(atlas: Checked, result: Result) -> dict[str, bytes]:
    names = {name for stream in result.streams for name in (stream.strip, stream.poster)}
    return {name: atlas.read(f"{ROOT}/media/{result.id}/{name}") for name in sorted(names)}


def _findings(atlas: Checked, card: ModelCard, data: Path) -> bool:
    """Copy the findings of a model, unless it has some here: those of two surveys cannot be mixed."""
    archive = Archive(data, card.fingerprint)
    if archive.overview() is not None:
        return False
    own = f"{ARCHIVE}/{card.fingerprint}/"
    clips = f"{ROOT}/models/{card.name}/findings/clips/"
    files = {path.removeprefix(own): path for path in atlas.manifest.files if path.startswith(own)}
    pictures = {f"clips/{path.removeprefix(clips)}": path for path in atlas.paths(f"{clips}*/*.webp")}
    for name, path in sorted({**files, **pictures}.items(), key=lambda each: each[0] == "overview.json"):
        if not all(NAME.fullmatch(part) for part in PurePosixPath(name).parts):
            raise NotAnAtlas(f"{path} has a name that findings do not have.")
        archive.put_file(name, atlas.read(path))
    return bool(files)


def _answers(kind: type[Value], atlas: Checked, path: str) -> list[Value]:
    """What the API said there."""
    try:
        said = json.loads(atlas.read(path)).values()
        return [kind.model_validate(each["answer"]) for each in said if "answer" in each]
    except (ValueError, AttributeError, TypeError) as reason:  # of JSON, of pydantic, or no object at all
        raise NotAnAtlas(f"{path} does not hold what this version expects there.") from reason
