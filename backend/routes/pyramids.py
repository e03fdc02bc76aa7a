"""Class Feature Pyramids: asking for one, and looking at it (docs/pyramids.md)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from backend import queries, study
from backend.answers import PyramidView
from backend.desk import API, Desk
from backend.exports import pyramid as export
from backend.limits import Quota
from backend.uploads import Uploads
from contract.archive import Archive
from contract.catalogue import ModelCard
from contract.errors import NoFindings, NoPyramid
from contract.pyramid import SHOWN, PyramidRequest, PyramidSpec, Tubes, bind
from contract.shelf import Shelf

ClassText = Annotated[str | None, Query(alias="class", max_length=200)]
Text = Annotated[str | None, Query(max_length=200)]
RowsText = Annotated[
    str | None, Query(max_length=2000, description="Layers from the score down: `fc7,motion.conv5+appearance.conv5`.")
]


def asked(
    clip: Annotated[str, Query(max_length=64)],
    label: ClassText = None,
    rival: Text = None,
    rows: RowsText = None,
    units: Annotated[int, Query(ge=1, le=64)] = SHOWN,
) -> PyramidRequest:
    """The request that a query makes. Raises RequestValidationError."""
    layers = [re.split("[+ ]", row) for row in rows.split(",")] if rows else None  # a + in a query may mean a space
    wanted = {"clip": clip, "class": label, "rival": rival, "rows": layers, "units": units}
    return queries.asked(PyramidRequest, **wanted)


Asked = Annotated[PyramidRequest, Depends(asked)]


def routes(*, desk: Desk, shelf: Shelf, data: Path, frontend: Path, uploads: Uploads, quota: Quota) -> APIRouter:
    """The router."""
    router = APIRouter(prefix="/models/{model}/pyramids", tags=["pyramids"])

    def look(card: ModelCard, spec: PyramidSpec) -> PyramidView:
        archive = Archive.of(spec.clip, data, card.fingerprint)
        made = archive.pyramid(spec.id)
        try:
            clip = archive.clip(made.clip) if made else None
        except NoFindings:
            clip = None
        return PyramidView(job=desk.study(spec, there=made is not None), pyramid=made, clip=clip)

    def bound(request: PyramidRequest, card: ModelCard) -> PyramidSpec:
        spec = bind(request, card)
        uploads.check(spec.clip)
        return spec

    @router.get("")
    def one(model: str, asked: Asked) -> PyramidView:
        """The pyramid of a clip and a class, and how far it is; queues nothing."""
        card = shelf.card(model)
        return look(card, bound(asked, card))

    @router.get("/tubes")
    def tubes(model: str, asked: Asked) -> Tubes:
        """Where in the clip the nodes of a pyramid have their parts from; with Grad-CAM and the saliency tube."""
        card = shelf.card(model)
        spec = bound(asked, card)
        try:
            return Archive.of(spec.clip, data, card.fingerprint).tubes(spec.id)
        except NoFindings as reason:
            raise NoPyramid() from reason

    @router.get("/file.html", response_class=Response)
    def file(model: str, asked: Asked) -> Response:
        """A pyramid as one HTML file that needs no server, with the pictures of its units that are computed."""
        card = shelf.card(model)
        spec = bound(asked, card)
        archive, view = Archive.of(spec.clip, data, card.fingerprint), look(card, spec)
        if view.pyramid is None:
            raise NoPyramid()
        page = export.page(
            frontend,
            card,
            view.pyramid,
            tubes=archive.tubes(spec.id),
            clip=view.clip,
            look=desk.look,
            pictures=desk.store.media,
            clip_pictures=archive.media,
        )
        kept = {"Content-Disposition": f'attachment; filename="{export.name(view.pyramid)}"'}
        return Response(page, media_type="text/html", headers=kept)

    @router.post("", status_code=202)
    def make(model: str, request: PyramidRequest, response: Response, http: Request) -> PyramidView:
        """Have a pyramid made: 202; one that is there is not made again: 200."""
        card = shelf.card(model)
        spec = bound(request, card)
        there = Archive.of(spec.clip, data, card.fingerprint).pyramid(spec.id) is not None
        study.ask(spec, there=there, url=_address(spec), desk=desk, quota=quota, http=http, response=response)
        return look(card, spec)

    return router


def _address(spec: PyramidSpec) -> str:
    rows = ",".join("+".join(row) for row in spec.rows) if spec.rows else None
    wanted = {"clip": spec.clip, "class": spec.label, "rival": spec.rival, "rows": rows, "units": spec.units}
    given = {name: value for name, value in wanted.items() if value is not None}
    return f"{API}/models/{spec.model}/pyramids?{urlencode(given)}"
