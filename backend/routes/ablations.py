"""Class scores of a clip without some units (docs/pyramids.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from backend import study
from backend.answers import AblationView
from backend.desk import API, Desk
from backend.limits import Quota
from backend.queries import asked
from backend.uploads import Uploads
from contract.ablation import AblationRequest, AblationSpec, bind
from contract.archive import Archive
from contract.shelf import Shelf
from contract.units import named, written

Units = Annotated[str, Query(max_length=20_000, description="Units that are set to 0: `conv5:3,fc7:12`.")]


def routes(*, desk: Desk, shelf: Shelf, data: Path, uploads: Uploads, quota: Quota) -> APIRouter:
    """The router."""
    router = APIRouter(prefix="/models/{model}/ablations", tags=["pyramids"])

    def look(spec: AblationSpec) -> AblationView:
        made = Archive.of(spec.clip, data, spec.fingerprint).ablation(spec.id)
        return AblationView(job=desk.study(spec, there=made is not None), ablation=made)

    def bound(request: AblationRequest, model: str) -> AblationSpec:
        spec = bind(request, shelf.card(model))
        uploads.check(spec.clip)
        return spec

    @router.get("")
    def one(model: str, clip: Annotated[str, Query(max_length=64)], units: Units) -> AblationView:
        """What a clip is taken for without some units, and how far that is; queues nothing."""
        return look(bound(asked(AblationRequest, clip=clip, units=named(units)), model))

    @router.post("", status_code=202)
    def make(model: str, request: AblationRequest, response: Response, http: Request) -> AblationView:
        """Have it tried: 202; what is known is not tried again: 200."""
        spec = bound(request, model)
        there = Archive.of(spec.clip, data, spec.fingerprint).ablation(spec.id) is not None
        study.ask(spec, there=there, url=_address(spec), desk=desk, quota=quota, http=http, response=response)
        return look(spec)

    return router


def _address(spec: AblationSpec) -> str:
    query = urlencode({"clip": spec.clip, "units": written(spec.silent)})
    return f"{API}/models/{spec.model}/ablations?{query}"
