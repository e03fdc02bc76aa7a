"""What analyses of a model found (docs/findings.md). Reading only: jobs and `./kinetoscope analyse` write them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi import Path as InPath
from starlette.exceptions import HTTPException
from starlette.responses import Response

from backend.answers import ClassView, ClipView, Findings, Index, Page, PairView, UnitView
from backend.indexes import Indexes
from contract.archive import Archive
from contract.catalogue import ModelCard
from contract.errors import NoFindings, UnitOutOfRange, UnknownClip
from contract.findings import OptimaFindings, Overview, PairFindings, SurveyedClip, UnitFindings, Weighed
from contract.shelf import Shelf

Number = Annotated[int, InPath(ge=0)]
Limit = Annotated[int, Query(ge=1, le=200)]
SHARED, LISTED = 24, 8
"""Units that a class page, and each list of a pair, shows."""


def routes(*, shelf: Shelf, data: Path, indexes: Indexes) -> APIRouter:
    """The router."""
    router = APIRouter(prefix="/models/{model}/findings", tags=["findings"])

    def place(model: str) -> tuple[ModelCard, Archive]:
        card = shelf.card(model)
        return card, Archive(data, card.fingerprint)

    @router.get("")
    def overview(model: str) -> Findings:
        """The curves over depth and the classes; `overview` is null where the model was not analysed."""
        return Findings(overview=place(model)[1].overview())

    @router.get("/clips")
    def clips(model: str) -> Page[SurveyedClip]:
        """The clips that were surveyed; none where the model was not analysed."""
        archive = place(model)[1]
        found = list(archive.clips().values()) if archive.overview() else []
        return Page(items=found, total=len(found))

    @router.get("/clips/{clip}/{file}", response_class=Response)
    def media(model: str, clip: str, file: str) -> Response:
        """A picture of a clip."""
        archive = Archive.of(clip, data, shelf.card(model).fingerprint)
        picture = archive.media(clip, file) if file.endswith(".webp") else None
        if picture is None:
            raise HTTPException(404, f"There is no picture {file!r} of clip {clip!r}.")
        return Response(picture, media_type="image/webp", headers={"Cache-Control": "no-cache"})

    @router.get("/clips/{clip}")
    def one_clip(model: str, clip: str) -> ClipView:
        """One clip; and why it is taken for a class and not for another, where that is not certain."""
        _, archive = place(model)
        known = archive.clips()
        if clip not in known:
            raise UnknownClip(clip)
        return ClipView(clip=known[clip], contrast=next((c for c in archive.contrasts() if c.clip == clip), None))

    @router.get("/layers/{layer}")
    def layer(model: str, layer: str) -> Page[UnitFindings]:
        """Every unit of a layer, for sorting; without examples and profiles."""
        card, archive = place(model)
        card.layer(layer)
        short = {"examples": (), "profile": (), "contribution": (), "neighbours": ()}
        units = [unit.model_copy(update=short) for unit in archive.units(layer)]
        return Page(items=units, total=len(units))

    @router.get("/layers/{layer}/indexes")
    def layer_indexes(model: str, layer: str) -> Page[Index]:
        """What the layer's units can be sorted and chosen by, besides `profile.N` and `contribution.N` of class N."""
        card = shelf.card(model)
        found = indexes.all(card, card.layer(layer))
        return Page(items=found, total=len(found))

    @router.get("/layers/{layer}/units/{unit}")
    def unit(model: str, layer: str, unit: Number) -> UnitView:
        """One unit, with the clips that its examples are of."""
        card, archive = place(model)
        card.check_unit(layer, unit)
        found, known = archive.unit(layer, unit), archive.clips()
        shown = {example.clip: known[example.clip] for example in found.examples if example.clip in known}
        return UnitView(findings=found, clips=shown, present=_overview(archive).present)

    @router.get("/optima")
    def optima(model: str) -> Page[OptimaFindings]:
        """What the optima of sampled units say, per layer: speed tuning over chi, likeness of the two pictures."""
        found = list(place(model)[1].optima().values())
        return Page(items=found, total=len(found))

    @router.get("/classes/{number}")
    def one_class(model: str, number: Number) -> ClassView:
        """One class: what it is taken for, the units that inform it, where it moves and where it is looked at."""
        card, archive = place(model)
        _check_class(card, number)
        there = _overview(archive)
        own = next((each for each in there.classes if each.label == number), None)
        map = next((each for each in archive.maps() if each.label == number), None)
        units = _informing(card, archive, there, number) if own else ()
        return ClassView(findings=own, map=map, units=tuple(units))

    @router.get("/pairs/{first}/{second}/clips")
    def between(model: str, first: Number, second: Number, limit: Limit = 12) -> Page[ClipView]:
        """Clips that are taken for one of two classes and might be the other; wrong ones first, then by margin."""
        card, archive = place(model)
        for number in (first, second):
            _check_class(card, number)
        known, pair = archive.clips(), {first, second}
        found = [c for c in archive.contrasts() if {c.first, c.second} == pair and c.clip in known]
        items = [ClipView(clip=known[each.clip], contrast=each) for each in found[:limit]]
        return Page(items=items, total=len(found))

    @router.get("/pairs/{first}/{second}")
    def pair(model: str, first: Number, second: Number) -> PairView:
        """Two classes: where they differ; what they share, and what that does, where they were looked into."""
        card, archive = place(model)
        for number in (first, second):
            _check_class(card, number)
        maps = {each.label: each for each in archive.maps()}
        found = {(each.first, each.second): each for each in archive.pairs()}
        known = found.get((first, second)) or found.get((second, first))
        there = _overview(archive)
        if known is None and {first, second} <= set(there.present):
            known = _compared(card, archive, there, first, second)
        return PairView(findings=known, first=maps.get(first), second=maps.get(second))

    return router


def _overview(archive: Archive) -> Overview:
    overview = archive.overview()
    if overview is None:
        raise NoFindings()
    return overview


def _check_class(card: ModelCard, number: int) -> None:
    """Raises UnitOutOfRange."""
    if number >= len(card.classes):
        raise UnitOutOfRange(number, layer=card.class_layer or "", units=len(card.classes))


def _informing(card: ModelCard, archive: Archive, there: Overview, number: int) -> list[Weighed]:
    """The units of the last layer before the classes by what they give to a class, as shares of what all give."""
    layer = card.last_hidden
    if layer is None:
        return []
    column = there.present.index(number)
    given = [(unit.contribution[column], unit.unit) for unit in archive.units(layer)]
    whole = sum(value for value, _ in given if value > 0) or 1.0
    return list(_most(layer, [(value / whole, unit) for value, unit in given], SHARED))


def _compared(card: ModelCard, archive: Archive, there: Overview, first: int, second: int) -> PairFindings | None:
    """Two classes that nobody looked into: their units are known, what these do is not."""
    layer = card.last_hidden
    if layer is None:
        return None
    a, b = there.present.index(first), there.present.index(second)
    units = [(unit.unit, unit.contribution[a], unit.contribution[b]) for unit in archive.units(layer)]
    clips = {each.label: each for each in there.classes}
    confused = dict(clips[first].confused).get(second, 0) + dict(clips[second].confused).get(first, 0)
    return PairFindings(
        first=first,
        second=second,
        confused=confused,
        clips=clips[first].clips + clips[second].clips,
        layer=layer,
        shared=_most(layer, [(min(x, y), unit) for unit, x, y in units], LISTED),
        for_first=_most(layer, [(x - y, unit) for unit, x, y in units], LISTED),
        for_second=_most(layer, [(y - x, unit) for unit, x, y in units], LISTED),
    )


def _most(layer: str, weights: list[tuple[float, int]], count: int) -> tuple[Weighed, ...]:
    """The units with the largest positive weights."""
    best = sorted(weights, reverse=True)[:count]
    return tuple(Weighed(layer=layer, unit=unit, weight=weight) for weight, unit in best if weight > 0)
