"""What a job can be about: a visualization, or an analysis."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from contract.analysis import AnalysisSpec
from contract.spec import VisualizationSpec

Work = VisualizationSpec | AnalysisSpec

VISUALIZE = "worker.jobs.visualize"
ANALYSE = "worker.analyses.job.analyse"

TIMEOUTS = {VISUALIZE: 3600, ANALYSE: 14 * 86400}
"""Seconds after which a job is ended: a set of clips may be large."""


def function(work: Work) -> str:
    """The name of what does it: a constant, looked up in the worker's table."""
    return ANALYSE if isinstance(work, AnalysisSpec) else VISUALIZE


def read(function: str, args: Sequence[Any]) -> Work:
    """The work that a job was queued with."""
    return (AnalysisSpec if function == ANALYSE else VisualizationSpec).model_validate(args[0])


def group(work: Work) -> str:
    """Hash of what specs share that can be computed together: all but unit, seed and chi. Analyses run alone."""
    if isinstance(work, AnalysisSpec):
        return work.id
    shared = work.parameters.model_dump(mode="json", exclude={"seed", "chi"})
    canonical = json.dumps([work.fingerprint, work.layer, work.engine, shared], sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def describe(work: Work) -> str:
    """In words, for people who look into the queue."""
    if isinstance(work, AnalysisSpec):
        return f"{work.model} {work.what} {work.clips}".strip()
    return f"{work.model} {work.layer} {work.unit}"
