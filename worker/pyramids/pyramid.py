"""The composer: from a spec to a pyramid in the archive, with the pictures of its clip."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from contract.archive import Archive
from contract.errors import NoFindings
from contract.pyramid import Pyramid, PyramidSpec, Tubes, class_of
from worker.analyses.collection import Entry
from worker.analyses.pictures import looked_at
from worker.models.assemble import silent
from worker.models.model import Model
from worker.pyramids import descent, relevance, several
from worker.pyramids.relevance import Passage
from worker.pyramids.source import Source
from worker.pyramids.trust import tried
from worker.pyramids.tubes import tubes

AGREED = 8
"""Strongest units of a row that the published rule should keep as well."""

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and of how much."""


def make(model: Model, spec: PyramidSpec, archive: Archive, source: Source, *, progress: Progress) -> None:
    """Write the pyramid of a spec. Raises ClipProblem, ClipGone, ClipRefused, Unsuited."""
    progress("clip", 0, 1)
    entries = source.entries(spec.clip)
    if class_of(spec.clip) is not None:
        archive.put_pyramid(spec.id, several.take_apart(model, spec, entries, progress=progress), Tubes(tubes=()))
        return
    (entry,) = entries
    inputs = entry.read(1.0)
    assert inputs is not None
    progress("network", 0, 1)
    made, where = take_apart(model, spec, entry, inputs, progress=progress)
    try:
        archive.clip(entry.id)
    except NoFindings:  # it was not surveyed
        archive.put_clip(*looked_at(model.card.streams, entry, inputs, predicted=made.predicted))
    archive.put_pyramid(spec.id, made, where)


def take_apart(
    model: Model, spec: PyramidSpec, entry: Entry, inputs: Sequence[Tensor], *, progress: Progress = silent
) -> tuple[Pyramid, Tubes]:
    """The pyramid of a clip, tried out, and where in the clip its units have their parts from.

    inputs: the clip, in method units. Raises Unsuited, UnknownLayer.
    """
    module, card = model.module, model.card
    with descent.heard(module, card) as means:
        found, made = untried(model, spec, entry, inputs, progress=progress)
    published = descent.descend(module, card, means, label=found.label)
    rows = [row.layers for row in made.rows]
    trust = tried(module, found, published, inputs, rows, most=AGREED, progress=progress)
    return made.model_copy(update={"trust": trust}), tubes(module, found, made)


def untried(
    model: Model, spec: PyramidSpec, entry: Entry, inputs: Sequence[Tensor], *, progress: Progress = silent
) -> tuple[Passage, Pyramid]:
    """The network on a clip, and the pyramid of that alone. Raises as `take_apart`."""
    found = relevance.passage(model.module, model.card, inputs, label=spec.label, rival=spec.rival)
    rows = spec.rows or found.rows()
    made = relevance.pyramid(found, rows, clip=entry.id, name=entry.name, most=spec.units, progress=progress)
    return found, made.model_copy(update={"left_out": () if spec.rows else found.left_out(rows)})
