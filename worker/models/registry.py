"""Which models there are, what is known of them, and how to build them."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel, ValidationError

from contract.catalogue import ModelCard
from contract.errors import ModelProblem, UnknownModel
from contract.written import write
from worker.models import assemble, demo, facts, own, trial, weights, zoo
from worker.models.assemble import Progress, silent
from worker.models.model import Model
from worker.models.origin import Origin, at
from worker.models.trial import Verdict

DEMO = "demo"


class _Listing(BaseModel):
    """A card as it was when its origin had this stamp."""

    stamp: str
    card: ModelCard


def names(data: Path) -> list[str]:
    """All models that this machine can build."""
    ready = [name for name in zoo.KNOWN if weights.record(name, data)]
    return list(dict.fromkeys([DEMO, *ready, *sorted(own.installed()), *added(data)]))


def waiting(data: Path) -> list[str]:
    """Known models whose weights are not here."""
    return [name for name in zoo.KNOWN if not weights.record(name, data)]


def added(data: Path) -> list[str]:
    """The names that were added, sorted."""
    return sorted(path.stem for path in (data / "models").glob("*.json"))


def origin(name: str, data: Path) -> Origin:
    """Where a model comes from. Raises UnknownModel, ModelProblem."""
    entry = _entry(data, name)
    if entry.is_file():
        try:
            return Origin.model_validate_json(entry.read_bytes())
        except ValidationError as reason:
            raise ModelProblem(f"{entry} cannot be read: remove the model and add it again.") from reason
    if name in zoo.KNOWN:
        return Origin(kind="known", place=name)
    if name in own.installed():
        return Origin(kind="installed", place=name)
    raise UnknownModel(name, [*names(data), *waiting(data)])


def card(name: str, *, data: Path) -> ModelCard:
    """The card of a model: as it was found last, or, where something has changed, found anew in another process.

    Raises UnknownModel, ModelProblem.
    """
    if name == DEMO:
        return demo.card()
    _check_ready(name, data)
    source = origin(name, data)
    known = _listed(data, name)
    if known is not None and known.stamp == _stamp(source, data):
        return assemble.calibrated(known.card, data)
    stamp = _stamp(source, data)
    found = trial.attempt(name, source, data=data).card
    _keep(data, name, _Listing(stamp=stamp, card=found))
    return found


def check(model: str, *, data: Path, seconds: float = trial.SECONDS) -> Verdict:
    """Build, trace and run a model, or the network of a Python file, in another process. Raises as `card`."""
    if model == DEMO:
        return Verdict(demo.card())
    file = Path(model)
    known = model in [*names(data), *waiting(data)] and not file.exists()
    source = origin(model, data) if known else at(file)
    if not known and "/" not in model and file.suffix != ".py" and not file.exists():
        raise UnknownModel(model, [*names(data), *waiting(data)])
    name, thorough = model if known else file.stem.lower(), source.kind != "known"
    return trial.attempt(name, source, data=data, thorough=thorough, seconds=seconds)


def load(name: str, *, data: Path, rough: bool = True, progress: Progress = silent) -> Model:
    """Build the model on the CPU, here, after it passed a trial as it is now.

    rough: measure an activation scale on noise where there is no other. Raises UnknownModel, ModelProblem.
    """
    if name == DEMO:
        return demo.build(data)
    progress("building the network", 0, 0)
    card(name, data=data)
    source = origin(name, data)
    stamp = _stamp(source, data)
    module, sheet = source.build(data)
    model = assemble.assemble(name, module, sheet, data=data, rough=rough, progress=progress)
    _keep(data, name, _Listing(stamp=stamp, card=model.card))
    return model


def stamp(name: str, *, data: Path) -> str:
    """Another text when the model was added anew, edited, calibrated, or found to be another than its card says."""
    files = [_entry(data, name), _listing(data, name)]
    known = _listed(data, name)
    if known is not None:
        files.append(assemble.statistics_path(data, known.card.fingerprint))
    elif name == DEMO:
        files.append(assemble.statistics_path(data, demo.card().fingerprint))
    times = " ".join(str(file.stat().st_mtime_ns) if file.is_file() else "-" for file in files)
    try:
        return f"{times} {origin(name, data).stamp(data)}"
    except (UnknownModel, ModelProblem):
        return times


def add(name: str, source: Origin, *, data: Path, seconds: float = trial.SECONDS) -> Verdict:
    """Register a network under `name` after it was built, traced and run once. Raises ModelProblem."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_\-]{0,60}", name):
        raise ModelProblem(f"{name!r} cannot name a model: use small letters, digits, - and _, at most 61 of them.")
    if name == DEMO or name in zoo.KNOWN or name in own.installed():
        raise ModelProblem(f"{name!r} is the name of a model that comes with the product; choose another.")
    stamp = _stamp(source, data)
    verdict = trial.attempt(name, source, data=data, thorough=True, seconds=seconds)
    _keep(data, name, _Listing(stamp=stamp, card=verdict.card))
    write(_entry(data, name), source.model_dump_json(indent=1).encode())
    return verdict


def remove(name: str, *, data: Path) -> None:
    """Forget an added network, or the weights of a known one; a user's file and all pictures stay.

    Raises ModelProblem where it is not added.
    """
    if name in zoo.KNOWN and weights.record(name, data):
        weights.forget(name, data=data)
        return
    if name not in added(data):
        raise ModelProblem(f"{name!r} is not an added model. Added are: {', '.join(added(data)) or 'none'}.")
    _entry(data, name).unlink()
    _listing(data, name).unlink(missing_ok=True)


def _check_ready(name: str, data: Path) -> None:
    if name in zoo.KNOWN and weights.record(name, data) is None:
        pull = f"./kinetoscope pull {name} downloads them, " if zoo.published(name) else ""
        raise ModelProblem(
            f"The weights of {name!r} are not here. {pull}"
            f"./kinetoscope import {name} FILE takes them from a file, "
            f"./kinetoscope add {name} --random-weights does without."
        )


def _entry(data: Path, name: str) -> Path:
    return data / "models" / f"{name}.json"


def _listing(data: Path, name: str) -> Path:
    return data / "cards" / f"{name}.json"


def _stamp(source: Origin, data: Path) -> str:
    return f"{source.model_dump_json()} {source.stamp(data)} facts {facts.VERSION}"


def _listed(data: Path, name: str) -> _Listing | None:
    try:
        return _Listing.model_validate_json(_listing(data, name).read_bytes())
    except (OSError, ValidationError):
        return None


def _keep(data: Path, name: str, listing: _Listing) -> None:
    """Write a card where it says something new."""
    if _listed(data, name) == listing:
        return
    write(_listing(data, name), listing.model_dump_json().encode())
