"""What an atlas holds of a model: the units that were computed, its classes, pairs, pyramids and findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

from pydantic import BaseModel, ConfigDict

from contract.archive import Archive
from contract.catalogue import ModelCard
from contract.errors import NoFindings, Unsuited
from contract.pyramid import PyramidRequest, bind
from contract.result import Result
from contract.spec import ENGINE_VERSION, Parameters
from contract.variants import VARIANTS, apply

EVERY_PAIR = 24
"""Up to so many classes every pair has its page; beyond, those that were looked into."""

HOW = ("seed", "negative", "prior", "objective", "steps")
"""What a unit can be asked for by, besides its variants."""

How = tuple[tuple[str, Any], ...]
"""Names and values that are not as always, sorted."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Taken(_Part):
    """A pyramid as it is asked for; `label` is None for what the clip is taken for, which is then `shown`."""

    clip: str
    label: int | None
    rival: int | None
    rows: str | None
    shown: int


class Held(_Part):
    """Of one model, as the page reads it. layers: numbers of units, by path. pairs: each once, the smaller first."""

    class_layer: str | None
    layers: dict[str, tuple[int, ...]]
    classes: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    pyramids: tuple[Taken, ...]
    findings: bool


class Contents(_Part):
    """The file that the page reads first."""

    version: str
    engine: str
    data: bool
    models: dict[str, Held]


@dataclass
class Computed:
    """Results of a model's present weights, by layer and unit: in which ways, and those that no page asks for."""

    ways: dict[tuple[str, int], set[How]] = field(default_factory=lambda: defaultdict(set))
    others: list[Result] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)

    def way_of(self, result: Result) -> How | None:
        """How a page asks for a result; None: only by its id."""
        return _way(result.spec.parameters)


def computed(card: ModelCard, results: Iterable[Result]) -> Computed:
    """Those of the results that the model's pages show, of units that were computed as they are asked for by default.

    Older engines', other weights' and dead units' are left out.
    """
    found = Computed()
    for result in results:
        spec = result.spec
        if (spec.model, spec.fingerprint, spec.engine) != (card.name, card.fingerprint, ENGINE_VERSION):
            continue
        if not result.streams:
            continue
        found.results.append(result)
        way = _way(spec.parameters)
        if way is None:
            found.others.append(result)
        else:
            found.ways[spec.layer, spec.unit].add(way)
    plain = {place for place, ways in found.ways.items() if () in ways}
    return Computed(
        ways=defaultdict(set, {place: found.ways[place] for place in plain}),
        others=[each for each in found.others if _place(each) in plain],
        results=[each for each in found.results if _place(each) in plain],
    )


def held(card: ModelCard, found: Computed, archive: Archive) -> Held:
    """What there will be pages of."""
    overview = archive.overview()
    surveyed = {each.label for each in overview.classes} if overview else set()
    units = {*found.ways, *((card.class_layer or "", number) for number in surveyed)}
    of = {layer.path: tuple(sorted(unit for path, unit in units if path == layer.path)) for layer in card.layers}
    layers = {path: numbers for path, numbers in of.items() if numbers}
    classes = layers.get(card.class_layer or "", ())
    return Held(
        class_layer=card.class_layer,
        layers=layers,
        classes=classes,
        pairs=tuple(sorted(_pairs(classes, archive))),
        pyramids=tuple(_pyramids(card, archive)),
        findings=overview is not None,
    )


def _place(result: Result) -> tuple[str, int]:
    return result.spec.layer, result.spec.unit


def _way(parameters: Parameters) -> How | None:
    """How a unit is asked for to show these parameters; None: not by any page but by the result's own id."""
    usual = Parameters()
    how = parameters.model_dump(include=set(HOW))
    asked = usual.model_copy(update=how)
    given = {name: value for name, value in how.items() if value != getattr(usual, name)}
    if parameters in [apply(variant, asked) for variant in VARIANTS]:
        return tuple(sorted(given.items()))
    if parameters == asked.model_copy(update={"chi": parameters.chi}):
        return tuple(sorted({**given, "chi": parameters.chi}.items()))
    return None


def _pairs(classes: Sequence[int], archive: Archive) -> set[tuple[int, int]]:
    if len(classes) <= EVERY_PAIR:
        return set(combinations(classes, 2))
    known = set(classes)
    try:
        found = [(each.first, each.second) for each in (*archive.pairs(), *archive.contrasts())]
    except NoFindings:
        return set()
    return {(min(pair), max(pair)) for pair in found if known.issuperset(pair)}


def _pyramids(card: ModelCard, archive: Archive) -> list[Taken]:
    """Those that were made of this model, as its page asks for them."""
    found = set()
    for identity in archive.pyramid_ids():
        made = archive.pyramid(identity)
        if made is None:
            continue
        shown = tuple(row.layers for row in made.rows)
        for label, rows in product((None, made.label), (None, shown)):
            wanted = {"clip": made.clip, "class": label, "rival": made.rival, "rows": rows}
            try:
                same = bind(PyramidRequest.model_validate(wanted), card).id == identity
            except Unsuited:  # without a class it would be that of the clips, which is the rival
                continue
            if same:
                text = None if rows is None else ",".join("+".join(row) for row in rows)
                found.add(Taken(clip=made.clip, label=label, rival=made.rival, rows=text, shown=made.label))
    return sorted(found, key=lambda taken: taken.model_dump_json())
