"""The findings' promises: on a network that was planted, and on the demo. Each yields (name, value, unit, target)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from contract.archive import Archive
from contract.findings import OptimaFindings, Overview, UnitFindings
from contract.spec import FAST, SLOW
from worker.analyses import confusion, findings, planted, specificity
from worker.analyses.collection import Entry
from worker.analyses.planted import ANY, BOTH, LOOK, MOVE, STILL, SUM
from worker.analyses.survey import load, record_path
from worker.demo import inspection, verification
from worker.demo.clips import CLASSES, PAIRS
from worker.demo.measures import label_of, median, part_shares
from worker.models.model import Model

Finding = tuple[str, float, str, str]

SAID = {
    "slow billiards": {"balls"},
    "clean and jerk": {"arms", "bar"},
    "playing cello": {"instrument"},
    "brushing teeth": {"tool", "foam", "mouth"},
    "eye make-up": {"eyes"},
}
"""The first class of each pair of the demo, and the parts that its two classes are drawn differently in."""


def closed_cases() -> Iterator[Finding]:
    """Planted units are known for what they are."""
    model = planted.wired()
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder), model.card.fingerprint)
        findings.analyse(model, planted.clips(), archive, source="", progress=_silent, failed=_give_up)
        units = archive.units("top")
        why = archive.contrasts()[0]  # of the one clip that is bright and moves
    yield "planted.one_input.its_share", _share(units[LOOK], "appearance"), "", ">= .999"
    yield "planted.one_input.other_share", _share(units[LOOK], "motion"), "", "<= .001"
    yield "planted.other_input.its_share", _share(units[MOVE], "motion"), "", ">= .999"
    yield "planted.conjunction.interaction", _interaction(units[BOTH]), "", ">= .999"
    yield "planted.sum.interaction", abs(_interaction(units[SUM])), "", "<= .01"
    yield "planted.speed_selective.invariance", _invariance(units[planted.FAST]), "", "<= .25"
    yield "planted.speed_invariant.invariance", _invariance(units[ANY]), "", ">= .999"
    yield "planted.class_specific.selectivity", units[LOOK].selectivity or 0.0, "", ">= .999"
    yield "planted.constant.selectivity", units[STILL].selectivity or 0.0, "", "<= .001"
    yield "planted.contrast.for_its_class", why.for_first[0].weight, "", ">= .999"
    yield "planted.contrast.for_the_other", why.for_second[0].weight, "", ">= .999"
    yield "planted.contrast.rest", abs(why.rest), "", "<= .001"


def planted_bias(model: Model, seeds: Sequence[int]) -> Iterator[Finding]:
    """Whether the eyes come out of the optima, among all parts, without being told."""
    gallery = inspection.collect_bias(model, seeds=seeds)
    parts = part_shares(label_of("lipstick"))
    for name, chi in (("slow", SLOW), ("fast", FAST)):
        yield f"bias.part_rank.{name}", median(verification.eye_ranks(gallery, parts, chi)), "", "<= 1"


def confusions(model: Model, entries: Sequence[Entry], archive: Archive, overview: Overview) -> Iterator[Finding]:
    """Whether ambiguous clips show in the matrix, and what tells the classes of a pair apart."""
    of = {each.label: each for each in overview.classes}
    hard = [e for e in entries if e.split == "hard"]
    predicted = {clip.id: clip.predicted for clip in archive.clips().values()}
    for first, second in PAIRS:
        a, b = label_of(first), label_of(second)
        clips = [e for e in hard if e.label in (a, b)]
        taken = sum(predicted[e.id] in (a, b) and predicted[e.id] != e.label for e in clips)
        in_matrix = dict(of[a].confused).get(b, 0) + dict(of[b].confused).get(a, 0)
        yield f"confusion.hard.{first} / {second}", taken, "clips", ""
        yield f"confusion.matrix.{first} / {second}", in_matrix, "clips", f">= {taken}"
        yield f"pair.part_rank.{first} / {second}", _rank(model, entries, archive, (a, b)), "", "<= 1"


def curves(overview: Overview) -> Iterator[Finding]:
    """The curves over depth, each with its control where there is one."""
    for layer in overview.layers:
        if layer.lane == "motion" or layer.joint is not None:
            yield f"curve.invariance.{layer.path}", layer.invariance or 0.0, "", ""
            yield f"curve.invariance.{layer.path}.shuffled", layer.control or 0.0, "", ""
    for layer in overview.layers:
        if layer.joint is not None:
            yield f"curve.joint.{layer.path}", layer.joint, "", ""
            yield f"curve.interaction.{layer.path}", layer.interaction or 0.0, "", ""
    for layer in overview.layers:
        yield f"curve.selectivity.{layer.path}", layer.selectivity or 0.0, "", ""


def optima_curves(found: Sequence[OptimaFindings]) -> Iterator[Finding]:
    """The curves over depth that optima make, over chi and of their spectra, each with its control."""
    for each in found:
        if each.invariance is not None and each.control is not None:
            yield f"curve.chi.{each.layer}", each.invariance, "", ""
            yield f"curve.chi.{each.layer}.shuffled", each.control, "", ""
    for each in found:
        if each.likeness is not None and each.likeness_control is not None:
            yield f"curve.likeness.{each.layer}", each.likeness, "", ""
            yield f"curve.likeness.{each.layer}.different_units", each.likeness_control, "", ""


def _rank(model: Model, entries: Sequence[Entry], archive: Archive, pair: tuple[int, int]) -> int:
    """Place of the first part that the two classes are drawn differently in, among all named parts."""
    own = [entry for entry in entries if entry.label in pair and entry.split == "easy"]
    layer = model.card.last_hidden
    assert layer is not None
    records = [load(record_path(archive.folder / "records", entry.id)) for entry in own]
    given = torch.stack([record.values[f"relevance/{layer}"] for record in records if record])
    both = specificity.profile(given, [entry.label for entry in own], pair)
    found = confusion.look_into(
        (*pair, 0),
        own,
        module=model.module,
        card=model.card,
        layer=layer,
        contributions=dict(zip(pair, both, strict=True)),
    )
    order = [each.part for each in found.parts]
    return min(order.index(part) for part in SAID[CLASSES[pair[0]]] if part in order) + 1


def _share(unit: UnitFindings, stream: str) -> float:
    return unit.balance.shares[stream] if unit.balance else float("nan")


def _interaction(unit: UnitFindings) -> float:
    return unit.balance.interaction if unit.balance else float("nan")


def _invariance(unit: UnitFindings) -> float:
    return unit.tuning.invariance if unit.tuning else float("nan")


def _silent(_what: str, _done: int, _total: int) -> None:
    """Planted clips are done in a moment."""


def _give_up(entry: Entry, reason: Exception) -> None:
    raise RuntimeError(f"{entry.name}: {reason}") from reason
