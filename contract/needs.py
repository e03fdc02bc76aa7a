"""What a job needs of the worker that does it: a network with these weights, this engine, a set of clips, a folder.

Every need is a short text that is kept with the job; a worker says which of them it meets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from contract.ablation import AblationSpec
from contract.analysis import DRAWN, DRAWN_FOR, AnalysisSpec
from contract.clip import CheckSpec
from contract.pyramid import BROUGHT_CLIP, CLIPS_OF_CLASS, DRAWN_CLIP, PyramidSpec
from contract.shelf import WorkerCard
from contract.spec import VisualizationSpec
from contract.work import Work

FOLDER = "folder"
"""The server's data folder itself: only there is written in which folder a clip lies that was surveyed."""


def of(work: Work) -> tuple[str, ...]:
    """What a request needs."""
    needed = [] if isinstance(work, CheckSpec) else [_model(work.model, work.fingerprint)]
    if isinstance(work, VisualizationSpec):
        needed.append(_engine(work.engine))
    if isinstance(work, AnalysisSpec) and work.clips not in ("", DRAWN):
        needed.append(_clips(work.clips))
    if _is_about_surveyed(work):
        needed.append(FOLDER)
    return tuple(needed)


def met_by(worker: WorkerCard) -> frozenset[str]:
    """All that a worker can be asked for."""
    models = [_model(name, fingerprint) for name, fingerprint in worker.fingerprints.items()]
    folder = [FOLDER] if worker.at_home else []
    return frozenset([*models, _engine(worker.engine), *map(_clips, worker.clips), *folder])


def unmet(work: Work, workers: Sequence[WorkerCard]) -> str | None:
    """Why none of these workers will take a job, in words; None where one can."""
    needed = of(work)
    ready = [worker for worker in workers if not worker.draining]
    if any(met_by(worker).issuperset(needed) for worker in ready):
        return None
    if not ready:
        return "No worker is running." if not workers else "Every worker is about to stop."
    return _words(work, ready)


def _words(work: Work, workers: Iterable[WorkerCard]) -> str:
    """What is missing: the first need that takes the last worker out."""
    left = list(workers)
    for need in of(work):
        able = [worker for worker in left if need in met_by(worker)]
        if not able:
            return _missing(need, work, left)
        left = able
    raise AssertionError("some worker meets all needs")


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


def _model(name: str, fingerprint: str) -> str:
    return f"model {name} {fingerprint}"


def _engine(version: str) -> str:
    return f"engine {version}"


def _clips(name: str) -> str:
    return f"clips {name}"
