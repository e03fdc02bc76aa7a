"""What a network makes of a clip: asking for it, and looking at it (docs/probe.md)."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from backend import study
from backend.answers import ProbeView
from backend.desk import API, Desk
from backend.limits import Quota
from backend.queries import asked
from backend.uploads import Uploads
from contract.probe import Probe, ProbeRequest, ProbeSpec, bind, file_of
from contract.shelf import Shelf
from contract.units import named, written

Time = Annotated[float | None, Query(ge=0, description="Seconds of the clip.")]
Units = Annotated[str, Query(max_length=4000, description="Units that are set to 0: `conv5:3,fc7:12`.")]


def routes(*, desk: Desk, shelf: Shelf, uploads: Uploads, quota: Quota) -> APIRouter:
    """The router."""
    router = APIRouter(prefix="/models/{model}/probes", tags=["probes"])

    def bound(model: str, request: ProbeRequest) -> ProbeSpec:
        card = shelf.card(model)
        return bind(request, card, uploads.film(request.clip))

    def made(spec: ProbeSpec) -> Probe | None:
        raw = uploads.clips.read(spec.clip, file_of(spec))
        try:
            return Probe.model_validate_json(raw) if raw else None
        except ValidationError:  # of another version
            return None

    def look(spec: ProbeSpec) -> ProbeView:
        found = made(spec)
        return ProbeView(job=desk.study(spec, there=found is not None), probe=found)

    @router.get("")
    def one(
        model: str,
        clip: Annotated[str, Query(max_length=64)],
        start: Annotated[float, Query(ge=0)] = 0.0,
        end: Time = None,
        at: Time = None,
        ablate: Units = "",
    ) -> ProbeView:
        """What the network makes of a stretch of a clip, and how far that is; queues nothing."""
        return look(bound(model, asked(ProbeRequest, clip=clip, start=start, end=end, at=at, ablate=named(ablate))))

    @router.post("", status_code=202)
    def make(model: str, request: ProbeRequest, response: Response, http: Request) -> ProbeView:
        """Have it found out: 202; what is known is not sought again: 200."""
        spec = bound(model, request)
        there = made(spec) is not None
        study.ask(spec, there=there, url=_address(spec), desk=desk, quota=quota, http=http, response=response)
        return look(spec)

    return router


def _address(spec: ProbeSpec) -> str:
    wanted = {"clip": spec.clip, "start": spec.start, "end": spec.end, "at": spec.at, "ablate": written(spec.ablate)}
    given = {name: value for name, value in wanted.items() if value not in (None, "")}
    return f"{API}/models/{spec.model}/probes?{urlencode(given)}"
