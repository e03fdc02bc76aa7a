"""The composer: from a set of clips to the findings in the archive, by way of the survey."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from contract.archive import Archive
from contract.findings import Overview, PairFindings
from worker.analyses import confusion, contrast, idiosyncrasy, optima, specificity
from worker.analyses.collection import Entry
from worker.analyses.control import shuffled
from worker.analyses.pictures import looked_at
from worker.analyses.records import Surveyed
from worker.analyses.survey import SPEEDS, survey
from worker.analyses.units import layer_summary, unit_findings
from worker.models.model import Model

REPLAYED = 40
"""Clips that are also played at other speeds."""

PAIRS = 6
"""Confused pairs of classes that are looked into."""

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and of how much."""

Failed = Callable[[Entry, Exception], None]
"""A clip that cannot be read, and why."""


def analyse(
    model: Model,
    entries: Sequence[Entry],
    archive: Archive,
    *,
    source: str,
    progress: Progress,
    failed: Failed,
) -> Overview:
    """Survey the clips and write everything that follows from it; an interrupted survey goes on where it was."""
    left_out: list[str] = []

    def leave_out(entry: Entry, reason: Exception) -> None:
        left_out.append(entry.name)
        failed(entry, reason)

    found = _survey(model, entries, archive, progress=progress, failed=leave_out)
    card = model.card
    clips = [archive.clip(entry.id) for entry in found.entries]
    archive.put_clips(clips)
    summaries = []
    for index, layer in enumerate(card.layers):
        progress("layers", index, len(card.layers))
        columns = found.layer(layer.path)
        units = unit_findings(columns, card, layer)
        archive.put_layer(layer.path, units)
        summaries.append(layer_summary(columns, card, layer, units))
    progress("layers", len(card.layers), len(card.layers))
    classes = confusion.classes(found.labels, [clip.predicted for clip in clips])
    pairs = confusion.confused_pairs(classes, most=PAIRS)
    archive.put_pairs(_look_into(model, found, pairs, progress))
    archive.put_contrasts(contrast.uncertain(found, card))
    maps = found.values("energy", "saliency")
    clips_maps = ((label, map["energy"], map["saliency"]) for label, map in zip(found.labels, maps, strict=True))
    archive.put_maps(idiosyncrasy.class_maps(clips_maps, found.present))
    overview = Overview(
        fingerprint=card.fingerprint,
        source=source,
        present=found.present,
        clips=tuple(each.clips for each in classes),
        total=len(clips),
        right=sum(each.right for each in classes),
        labelled=sum(each.clips for each in classes),
        speeds=SPEEDS,
        left_out=tuple(left_out),
        layers=tuple(summaries),
        classes=tuple(classes),
        pairs=tuple((first, second) for first, second, _ in pairs),
    )
    archive.forget_classes()
    archive.put_overview(overview)
    return overview


def look_at_optima(model: Model, archive: Archive, *, count: int, device: str, progress: Progress) -> None:
    """Optimize `count` units of each layer of which not as many were looked at before."""
    known = archive.optima()
    waiting = [layer for layer in model.card.layers if layer.path not in known or known[layer.path].asked < count]
    total = sum(optima.optimizations(model.card, layer, count) for layer in waiting)
    made = 0

    def done(more: int) -> None:
        nonlocal made
        made += more
        progress("optimizations", made, total)

    done(0)
    control = optima.control_of(model) if waiting else model
    for layer in waiting:
        archive.put_optima(optima.look_at(model, control, layer, count=count, device=device, done=done))


def _survey(
    model: Model, entries: Sequence[Entry], archive: Archive, *, progress: Progress, failed: Failed
) -> Surveyed:
    folder = archive.folder / "records"

    def seen(entry: Entry, inputs: Sequence[Tensor], scores: Tensor) -> None:
        archive.put_clip(*looked_at(model.card.streams, entry, inputs, predicted=int(scores.argmax())))

    steps = survey(
        entries,
        module=model.module,
        control=shuffled(model.module),
        card=model.card,
        folder=folder,
        replays=REPLAYED,
        seen=seen,
        failed=failed,
    )
    kept: list[Entry] = []
    progress("clips", 0, len(entries))
    for entry in steps:
        kept.append(entry)
        progress("clips", len(kept), len(entries))
    labels = {entry.label for entry in kept if entry.label is not None}
    return Surveyed(kept, folder, tuple(sorted(labels)))


def _look_into(
    model: Model, found: Surveyed, pairs: Sequence[tuple[int, int, int]], progress: Progress
) -> list[PairFindings]:
    """The last layer before the classes is where pairs are told apart."""
    last = model.card.last_hidden
    relevance = found.layer(last).stack("relevance") if last else None
    if last is None or relevance is None:
        return []
    given = dict(zip(found.present, specificity.profile(relevance, found.labels, found.present), strict=True))
    looked = []
    for index, pair in enumerate(pairs):
        progress("confused pairs", index, len(pairs))
        looked.append(
            confusion.look_into(
                pair, found.entries, module=model.module, card=model.card, layer=last, contributions=given
            )
        )
    return looked
