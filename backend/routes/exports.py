"""Taking pictures along: computed visualizations as common files, and figures of one or many."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from backend.answers import Visualization
from backend.conditional import matches
from backend.desk import Desk
from backend.exports import clip as clips
from backend.exports import encode, evidence, figures, sheet, summary
from backend.exports.colouring import Colouring
from backend.exports.run import Run, Style
from backend.exports.svg import svg
from contract.archive import Archive
from contract.catalogue import ModelCard
from contract.errors import NoFindings, NotComputed, UnknownFile
from contract.result import Result
from contract.shelf import Shelf
from contract.spec import Parameters, VisualizationRequest, bind
from contract.store import ID
from contract.variants import apply, variants

FIGURED_AT_MOST = 256
FIRST_UNITS, FIRST_CLASSES = 4, 12
"""Units of a layer, and classes, whose pictures go with the findings."""

CACHE = "private, max-age=3600"

WRITERS = {"png": sheet.png, "svg": svg, "pdf": sheet.pdf}

Reach = Annotated[float | None, Query(gt=0, le=1000, allow_inf_nan=False, description="px/frame at full colour")]
Frame = Annotated[int | None, Query(ge=0, le=10_000, description="PNG: this frame only")]
Zoom = Annotated[int, Query(ge=1, le=4)]
Frames = Annotated[
    int | None,
    Query(ge=1, le=10_000, description="strip: at most so many of each run, evenly apart"),
]
Ids = Annotated[str, Query(max_length=40 * FIGURED_AT_MOST, description="visualizations, separated by commas")]


def routes(*, desk: Desk, shelf: Shelf, data: Path) -> APIRouter:
    """The router."""
    router = APIRouter(tags=["exports"])

    @router.get("/visualizations/{id}/files/{file}", response_class=Response)
    def file(
        request: Request,
        id: str,
        file: str,
        colouring: Colouring = "uvm",
        reach: Reach = None,
        frame: Frame = None,
        zoom: Zoom = 1,
    ) -> Response:
        """`<input>.png`, `.webp`, `.avif`, `.gif` or `.mp4` as shown; `all.npz`: the numbers of all inputs."""
        result = _result(desk, id)
        name, _, kind = file.rpartition(".")
        inputs = {picture.name: picture for picture in result.streams}
        if file != "all.npz" and (name not in inputs or kind not in encode.FORMATS):
            raise UnknownFile(file, [*(f"{each}.{form}" for each in inputs for form in encode.FORMATS), "all.npz"])
        etag = f'"{id}-{file}-{request.url.query}"'
        if matches(request.headers.get("if-none-match"), etag):
            return Response(status_code=304, headers={"ETag": etag, "Cache-Control": CACHE})
        if file == "all.npz":
            return _download(encode.npz(result, _clips(desk, result)), _name(result, file), etag)
        clip = _clip(desk, result, name)
        shown = clip.shown(colouring=colouring, reach=reach or clip.peak or 1.0, zoom=zoom)
        chosen = shown if frame is None or kind != "png" else [shown[frame % len(shown)]]
        return _download(encode.encode(chosen, _format(kind)), _name(result, file), etag)

    @router.get("/figures/{kind}.{form}", response_class=Response)
    def figure(
        kind: Literal["strip", "plate"],
        form: Literal["png", "svg", "pdf"],
        ids: Ids,
        colouring: Colouring = "uvm",
        scale: Literal["shared", "own"] = "shared",
        reach: Reach = None,
        frames: Frames = None,
    ) -> Response:
        """A figure of computed visualizations: `strip` is every frame of one unit, `plate` many units by layer.

        PNG has 300 dots an inch; in SVG and PDF words are words.
        """
        if frames is not None and kind == "plate":
            said = "A plate shows the middle frame of each unit; `frames` is for strips."
            raise RequestValidationError([{"loc": ("query", "frames"), "msg": said}])
        runs = [_run(desk, shelf, result) for result in _results(desk, ids)]
        style = Style(colouring, reach, own=scale == "own")
        drawn = figures.strip(runs, style, frames=frames) if kind == "strip" else figures.plate(runs, style)
        return _download(WRITERS[form](drawn), _name(runs[0].result, f"{kind}.{form}"))

    @router.get("/models/{model}/findings/summary.pdf", response_class=Response)
    def summary_pdf(model: str) -> Response:
        """The curves, the classes, the clips behind them, and pictures of each layer's first units: a sheet each."""
        card = shelf.card(model)
        archive = Archive(data, card.fingerprint)
        overview = archive.overview()
        if overview is None:
            raise NoFindings()
        known = summary.Known(card, overview, archive.optima(), archive.pairs(), archive.maps())
        pages = [*summary.sheets(known), *evidence.sheets(card, archive)]
        runs = [_run(desk, shelf, result) for result in _computed(desk, card)]
        if runs:
            pages.append(figures.plate(runs, Style()))
        return _download(sheet.pdf(*pages), re.sub(r"[^A-Za-z0-9_.\-]", "_", f"{model}-findings.pdf"))

    return router


def _computed(desk: Desk, card: ModelCard) -> list[Result]:
    """Default visualizations that there are of the first units of every layer, and of the first classes."""
    units = {layer.path: FIRST_CLASSES if card.is_class(layer.path) else FIRST_UNITS for layer in card.layers}
    requests = [
        VisualizationRequest(model=card.name, layer=layer.path, unit=unit, parameters=apply(variant, Parameters()))
        for layer in card.layers
        for unit in range(min(units[layer.path], layer.units))
        for variant in variants(card)
    ]
    ids = [bind(request, card.fingerprint).id for request in requests]
    found = desk.store.results(ids)
    return [found[identity] for identity in ids if identity in found and found[identity].streams]


def _result(desk: Desk, identity: str) -> Result:
    """Raises UnknownVisualization, NotComputed."""
    view: Visualization = desk.find(identity)
    if view.result is None or not view.result.streams:
        raise NotComputed("a dead unit has no picture" if view.result else f"it is {view.state}")
    return view.result


def _results(desk: Desk, ids: str) -> list[Result]:
    """Results that there are, in order; those that are not computed are left out. Raises NotComputed for none."""
    wanted = [each for each in ids.split(",") if each]
    for each in wanted:
        if not ID.fullmatch(each):
            raise RequestValidationError([{"loc": ("query", "ids"), "msg": f"{each!r} is not a visualization's id."}])
    found = desk.store.results(wanted)
    results = [found[identity] for identity in dict.fromkeys(wanted) if identity in found and found[identity].streams]
    if not results:
        raise NotComputed("none of these visualizations is computed")
    return results


def _run(desk: Desk, shelf: Shelf, result: Result) -> Run:
    card = shelf.cards().get(result.spec.model)
    unit = result.spec.unit
    named = card is not None and card.class_layer == result.spec.layer and unit < len(card.classes)
    name = card.classes[unit] if card and named else f"Unit {unit}"
    return Run(result, _clips(desk, result), name, card.title if card else result.spec.model)


def _clips(desk: Desk, result: Result) -> dict[str, clips.Clip]:
    return {picture.name: _clip(desk, result, picture.name) for picture in result.streams}


def _clip(desk: Desk, result: Result, name: str) -> clips.Clip:
    picture = next(each for each in result.streams if each.name == name)
    strip = desk.store.media(result.id, picture.strip)
    if strip is None:
        raise NotComputed("its pictures are gone")
    return clips.read(picture, strip)


def _format(kind: str) -> encode.Format:
    return next(form for form in encode.FORMATS if form == kind)


def _name(result: Result, file: str) -> str:
    spec = result.spec
    words = f"{spec.model}-{spec.layer}-{spec.unit}-chi{spec.parameters.chi:g}-seed{spec.parameters.seed}-{file}"
    return re.sub(r"[^A-Za-z0-9_.\-]", "_", words)


def _download(data: bytes, name: str, etag: str = "") -> Response:
    headers = {"Cache-Control": CACHE if etag else "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    if etag:
        headers["ETag"] = etag
    return Response(data, media_type=encode.TYPES[name.rpartition(".")[2]], headers=headers)
