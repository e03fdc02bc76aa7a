"""The composer: from a spec to a pyramid in the archive, with the pictures of its clip."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from torch import Tensor

from contract.archive import Archive
from contract.errors import NoFindings
from contract.findings import SurveyedClip
from contract.pyramid import PyramidSpec
from worker.analyses.collection import Entry
from worker.analyses.pictures import draw
from worker.models.model import Model
from worker.pyramids import descent, relevance, source
from worker.pyramids.trust import tried
from worker.pyramids.tubes import tubes

AGREED = 8
"""Strongest units of a row that the published rule should keep as well."""

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and of how much."""


def make(
    model: Model, spec: PyramidSpec, archive: Archive, *, clips: Mapping[str, Path], cache: Path, progress: Progress
) -> None:
    """Write the pyramid of a spec. clips: sets of clips by name; cache: folder for optical flow.

    Raises ClipProblem, Unsuited.
    """
    progress("clip", 0, 1)
    entry = source.find(spec.clip, model.card, archive, clips, cache=cache)
    inputs = entry.read(1.0)
    assert inputs is not None
    progress("network", 0, 1)
    with descent.heard(model.module, model.card) as means:
        found = relevance.passage(model.module, model.card, inputs, label=spec.label, rival=spec.rival)
    _keep_clip(model, entry, inputs, predicted=int(found.scores.argmax()), archive=archive)
    rows = spec.rows or found.rows()
    made = relevance.pyramid(found, rows, clip=entry.id, name=entry.name, most=spec.units, progress=progress)
    published = descent.descend(model.module, model.card, means, label=found.label)
    trust = tried(model.module, found, published, inputs, rows, most=AGREED, progress=progress)
    archive.put_pyramid(spec.id, made.model_copy(update={"trust": trust}), tubes(model.module, found, made))


def _keep_clip(model: Model, entry: Entry, inputs: Sequence[Tensor], *, predicted: int, archive: Archive) -> None:
    """What the network sees of a clip that was not surveyed, to look at."""
    try:
        archive.clip(entry.id)
    except NoFindings:
        pictures, media = draw(model.card.streams, inputs)
        clip = SurveyedClip(
            id=entry.id,
            name=entry.name,
            label=entry.label,
            predicted=predicted,
            split=entry.split,
            streams=tuple(pictures),
        )
        archive.put_clip(clip, media)
