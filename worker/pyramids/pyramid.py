"""The composer: from a spec to a pyramid in the archive, with the pictures of its clip."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from torch import Tensor

from contract.archive import Archive
from contract.clip import Clips
from contract.errors import NoFindings
from contract.pyramid import CLIPS_OF_CLASS, Pyramid, PyramidSpec, Rows, Tubes
from worker.analyses.pictures import looked_at
from worker.models.assemble import silent
from worker.models.model import Model
from worker.pyramids import descent, relevance, several, source
from worker.pyramids.trust import tried
from worker.pyramids.tubes import tubes

AGREED = 8
"""Strongest units of a row that the published rule should keep as well."""

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and of how much."""


def make(
    model: Model,
    spec: PyramidSpec,
    archive: Archive,
    *,
    clips: Mapping[str, Path],
    cache: Path,
    brought: Clips | None = None,
    progress: Progress,
) -> None:
    """Write the pyramid of a spec. clips: sets by name; brought: single ones; cache: folder for optical flow.

    Raises ClipProblem, ClipGone, ClipRefused, Unsuited.
    """
    progress("clip", 0, 1)
    whole = CLIPS_OF_CLASS.fullmatch(spec.clip)
    if whole:
        _of_class(model, spec, int(whole[1]), archive, clips=clips, cache=cache, progress=progress)
        return
    entry = source.find(spec.clip, model.card, archive, clips, cache=cache, brought=brought)
    inputs = entry.read(1.0)
    assert inputs is not None
    progress("network", 0, 1)
    made, where = take_apart(
        model,
        inputs,
        clip=entry.id,
        name=entry.name,
        label=spec.label,
        rival=spec.rival,
        rows=spec.rows,
        most=spec.units,
        progress=progress,
    )
    try:
        archive.clip(entry.id)
    except NoFindings:  # it was not surveyed
        archive.put_clip(*looked_at(model.card.streams, entry, inputs, predicted=made.predicted))
    archive.put_pyramid(spec.id, made, where)


def _of_class(
    model: Model,
    spec: PyramidSpec,
    number: int,
    archive: Archive,
    *,
    clips: Mapping[str, Path],
    cache: Path,
    progress: Progress,
) -> None:
    entries = source.of_class(number, model.card, archive, clips, cache=cache)
    made = several.take_apart(
        model,
        entries,
        clip=spec.clip,
        name=f"{len(entries)} clips of {model.card.classes[number]}",
        label=number if spec.label is None else spec.label,
        rival=spec.rival,
        rows=spec.rows,
        most=spec.units,
        progress=progress,
    )
    archive.put_pyramid(spec.id, made, Tubes(tubes=()))


def take_apart(
    model: Model,
    inputs: Sequence[Tensor],
    *,
    clip: str,
    name: str,
    label: int | None,
    rival: int | None,
    rows: Rows | None,
    most: int,
    progress: Progress = silent,
) -> tuple[Pyramid, Tubes]:
    """The pyramid of a clip, by its id and name, tried out, and where in the clip its units have their parts from.

    inputs: in method units. label: None is what the clip is taken for; rows: None: chosen; most: units of a layer.
    Raises Unsuited, UnknownLayer.
    """
    module, card = model.module, model.card
    with descent.heard(module, card) as means:
        found = relevance.passage(module, card, inputs, label=label, rival=rival)
    chosen = rows or found.rows()
    made = relevance.pyramid(found, chosen, clip=clip, name=name, most=most, progress=progress)
    published = descent.descend(module, card, means, label=found.label)
    trust = tried(module, found, published, inputs, chosen, most=AGREED, progress=progress)
    return made.model_copy(update={"trust": trust}), tubes(module, found, made)
