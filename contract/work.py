"""What a job can be about: a visualization, an analysis, a pyramid, an ablation, or a clip that somebody brings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contract.ablation import AblationSpec
from contract.analysis import AnalysisSpec
from contract.archive import FOLDER as FINDINGS
from contract.clip import FOLDER as CLIPS
from contract.clip import CheckSpec
from contract.identity import identity
from contract.probe import ProbeSpec
from contract.pyramid import BROUGHT_CLIP, PyramidSpec
from contract.spec import VisualizationSpec

ModelStudy = AnalysisSpec | PyramidSpec | AblationSpec | ProbeSpec
Study = ModelStudy | CheckSpec
"""What makes no visualization; of a model, or of a clip alone."""

Work = VisualizationSpec | Study

VISUALIZE = "worker.jobs.visualize"
ANALYSE = "worker.analyses.job.analyse"
PYRAMID = "worker.pyramids.job"
ABLATE = "worker.pyramids.ablation"
CHECK = "worker.probing.check"
PROBE = "worker.probing.probe"

TIMEOUTS = {VISUALIZE: 3600, ANALYSE: 14 * 86400, PYRAMID: 3600, ABLATE: 3600, CHECK: 3600, PROBE: 3600}
"""Seconds after which a job is ended: a set of clips may be large."""

SPECS = {
    VISUALIZE: VisualizationSpec,
    ANALYSE: AnalysisSpec,
    PYRAMID: PyramidSpec,
    ABLATE: AblationSpec,
    CHECK: CheckSpec,
    PROBE: ProbeSpec,
}


def function(work: Work) -> str:
    """The name of what does it: a constant, looked up in the worker's table."""
    return next(name for name, kind in SPECS.items() if type(work) is kind)


def read(function: str, args: Sequence[Any]) -> Work:
    """The work that a job was queued with."""
    return SPECS[function].model_validate(args[0])


def place(study: Study) -> str:
    """Where in a data folder is what a study reads and writes: with a clip that was brought, or a model's findings."""
    brought = None if isinstance(study, AnalysisSpec) else BROUGHT_CLIP.fullmatch(study.clip)
    if brought:
        return f"{CLIPS}/{brought[1]}"
    assert not isinstance(study, CheckSpec)  # its clip was brought
    return f"{FINDINGS}/{study.fingerprint}"


def group(work: Work) -> str:
    """Hash of what specs share that can be computed together: all but unit, seed and chi. Others run alone."""
    if not isinstance(work, VisualizationSpec):
        return work.id
    shared = work.parameters.model_dump(mode="json", exclude={"seed", "chi"})
    return identity([work.model, work.fingerprint, work.layer, work.engine, shared])


def describe(work: Work) -> str:
    """In words, for people who look into the queue."""
    if isinstance(work, AnalysisSpec):
        return f"{work.model} {work.what} {work.clips}".strip()
    if isinstance(work, PyramidSpec):
        return f"{work.model} pyramid {work.clip}"
    if isinstance(work, AblationSpec):
        return f"{work.model} ablation {work.clip}"
    if isinstance(work, CheckSpec):
        return f"check {work.clip}"
    if isinstance(work, ProbeSpec):
        return f"{work.model} probe {work.clip}"
    return f"{work.model} {work.layer} {work.unit}"
