"""What a job needs of the worker that does it: a network with these weights, this engine, a set of clips, a folder.

Every need is a short text that is kept with the job; a worker says which of them it meets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contract.ablation import AblationSpec
from contract.analysis import DRAWN, DRAWN_FOR, AnalysisSpec
from contract.clip import CheckSpec
from contract.pyramid import BROUGHT_CLIP, CLIPS_OF_CLASS, DRAWN_CLIP, PyramidSpec
from contract.shelf import WorkerCard
from contract.spec import VisualizationSpec
from contract.work import Work

FOLDER = "folder"
"""The server's data folder itself: there may be written in which folder a clip lies that was surveyed."""


@dataclass(frozen=True)
class Surveyed:
    """A model of which there are findings, by its fingerprint, and the name of the set of clips that they are over."""

    fingerprint: str
    clips: str


def of(work: Work, surveyed: Surveyed | None = None) -> tuple[str, ...]:
    """What a request needs. surveyed: of the model whose clips it is about; None: not known."""
    needed = [] if isinstance(work, CheckSpec) else [_model(work.model, work.fingerprint)]
    if isinstance(work, VisualizationSpec):
        needed.append(_engine(work.engine))
    if isinstance(work, AnalysisSpec) and work.clips not in ("", DRAWN):
        needed.append(_clips(work.clips))
    if _is_about_surveyed(work):
        needed += _to_find_clips(work, surveyed)
    return tuple(needed)


def met_by(worker: WorkerCard) -> frozenset[str]:
    """All that a worker can be asked for."""
    models = [_model(name, fingerprint) for name, fingerprint in worker.fingerprints.items()]
    folder = [FOLDER] if worker.at_home else []
    return frozenset([*models, _engine(worker.engine), *map(_clips, worker.clips), *folder])


def unmet(work: Work, workers: Sequence[WorkerCard], surveyed: Surveyed | None = None) -> str | None:
    """Why none of these workers will take a job, in words; None where one can."""
    left = [worker for worker in workers if not worker.draining]
    if not left:
        return "No worker is running." if not workers else "Every worker is about to stop."
    if all(worker.state == "starting" for worker in left):
        return "A worker is starting."
    for need in of(work, surveyed):  # the first that takes the last worker out
        able = [worker for worker in left if need in met_by(worker)]
        if not able:
            return _missing(need, work, left)
        left = able
    return None


def _missing(need: str, work: Work, workers: Sequence[WorkerCard]) -> str:
    kind, _, value = need.partition(" ")
    if kind == "engine":
        return f"No running worker is of the version that this was asked of (engine {value}): ask again."
    if kind == "clips":
        return f"No running worker with this model knows the set of clips {value!r} (KINETOSCOPE_CLIPS)."
    if kind == FOLDER:
        return "No running worker with this model shares the server's data folder, which clips of a set need."
    name = getattr(work, "model", "")
    others = [worker.name for worker in workers if name in worker.fingerprints]
    if others:
        return f"{' and '.join(others)} has another {name!r} than this is about: another file, or other weights."
    return f"No running worker has the model {name!r}."


def _is_about_surveyed(work: Work) -> bool:
    """Whether it is about clips of a set, other than those that are drawn."""
    if isinstance(work, CheckSpec):
        return bool(work.surveyed) and not DRAWN_CLIP.fullmatch(work.surveyed)
    if not isinstance(work, PyramidSpec | AblationSpec) or BROUGHT_CLIP.fullmatch(work.clip):
        return False
    drawn = DRAWN_CLIP.fullmatch(work.clip) or (work.model == DRAWN_FOR and CLIPS_OF_CLASS.fullmatch(work.clip))
    return not drawn


def _to_find_clips(work: Work, surveyed: Surveyed | None) -> list[str]:
    if surveyed is None:
        return [FOLDER]
    model = [_model(work.model or "", surveyed.fingerprint)] if isinstance(work, CheckSpec) else []
    return model if surveyed.clips == DRAWN else [*model, _clips(surveyed.clips)]


def _model(name: str, fingerprint: str) -> str:
    return f"model {name} {fingerprint}"


def _engine(version: str) -> str:
    return f"engine {version}"


def _clips(name: str) -> str:
    return f"clips {name}"
