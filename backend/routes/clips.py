"""Clips that people bring (docs/probe.md): bringing one, looking at it, deleting it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from backend import body
from backend.answers import Analysis, Clip, ClipPage
from backend.desk import API, Desk
from backend.uploads import Upload, Uploads
from contract.archive import Archive
from contract.clip import CheckSpec, Film
from contract.errors import ClipRefused, UnknownClip
from contract.shelf import Shelf
from contract.spec import Name

PREFIX = "/clips"
RETRY_AFTER = "1"

Identity = Annotated[str, InPath(max_length=200)]


class SurveyedRequest(BaseModel):
    """A clip of the set that a model was analysed on, by its id there; or the N-th drawn for the demo, `drawn-N`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Name
    surveyed: str = Field(pattern=r"^([0-9a-f]{16}|drawn-\d{1,3})$")


def routes(*, desk: Desk, shelf: Shelf, uploads: Uploads, data: Path) -> APIRouter:
    """The router."""
    router = APIRouter(prefix=PREFIX, tags=["clips"])

    def checked(upload: Upload) -> Clip:
        """The clip, looked at once a worker has time. Raises ClipRefused."""
        film = uploads.clips.film(upload.id)
        check = desk.analyses([upload.check])[0]
        if film is None and check.state == "failed":
            uploads.clips.remove(upload.id)
            raise ClipRefused(check.error or "The worker gave no reason.")
        return _view(upload, film, check)

    def begin(upload: Upload, response: Response) -> Clip:
        if uploads.clips.film(upload.id) is None:
            desk.analyse(upload.check, priority="interactive")
        view = checked(upload)
        response.status_code = 200 if view.film else 202
        response.headers.update({"Location": view.url, "Retry-After": RETRY_AFTER})
        return view

    @router.get("")
    def clips() -> ClipPage:
        """Clips that are here, the newest first, and how large one may be."""
        items = [_view(each, film) for each in uploads.all() if (film := uploads.clips.film(each.id))]
        return ClipPage(items=items, total=len(items), limits=uploads.limits)

    @router.post(
        "",
        status_code=202,
        responses={200: {"model": Clip, "description": "Known already, and looked at."}},
        openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {}}}},
    )
    async def bring(request: Request, response: Response, name: Annotated[str, Query(max_length=500)] = "") -> Clip:
        """Bring a film: the body is the file itself. The same film is the same clip, whatever it is called."""
        desk.room.check()
        announced = request.headers.get("content-length", "0")
        size = int(announced) if announced.isdigit() else 0
        try:
            upload = await uploads.take(name, _patient(request.stream()), announced=size)
        except TimeoutError as reason:
            raise HTTPException(408, f"Nothing came for {body.WITHIN:.0f} s.") from reason
        except ClientDisconnect as reason:
            raise HTTPException(400, "The clip was broken off before its end.") from reason
        return await run_in_threadpool(begin, upload, response)

    @router.post("/surveyed", status_code=202, responses={200: {"model": Clip}})
    def surveyed(request: SurveyedRequest, response: Response) -> Clip:
        """Take a clip of the set that a model was analysed on: from here on it is like one that was brought."""
        card, name = shelf.card(request.model), request.surveyed
        if not name.startswith("drawn"):
            known = Archive(data, card.fingerprint).clips()
            if name not in known:
                raise UnknownClip(name)
            name = known[name].name
        return begin(uploads.promise(name, model=request.model, surveyed=request.surveyed), response)

    @router.get("/{clip}")
    def one(clip: Identity) -> Clip:
        """One clip; a problem says why it was refused, and what is allowed."""
        upload = uploads.find(clip)
        if upload is None:
            refused = desk.analyses([CheckSpec(clip=clip)])[0]
            if refused.state == "failed":
                raise ClipRefused(refused.error or "The worker gave no reason.")
            raise uploads.gone(clip)
        return checked(upload)

    @router.delete("/{clip}", status_code=204)
    def delete(clip: Identity) -> None:
        """Delete a clip and all that was made of it, now; what waits or runs on it is canceled."""
        if uploads.find(clip) is None:
            raise uploads.gone(clip)
        desk.cancel_about(clip)
        uploads.remove(clip)

    @router.get("/{clip}/{file}", response_class=Response)
    def media(clip: Identity, file: str) -> Response:
        """A picture of a clip."""
        picture = uploads.clips.media(clip, file) if uploads.find(clip) else None
        if picture is None:
            raise HTTPException(404, f"There is no picture {file!r} of clip {clip!r}.")
        return Response(picture, media_type="image/webp", headers={"Cache-Control": "private, no-cache"})

    return router


async def _patient(parts: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """Parts as they come, each within the time that a body may take. Raises TimeoutError."""
    while True:
        try:
            yield await asyncio.wait_for(anext(parts), body.WITHIN)
        except StopAsyncIteration:
            return


def _view(upload: Upload, film: Film | None, check: Analysis | None = None) -> Clip:
    url = f"{API}{PREFIX}/{upload.id}"
    return Clip(
        **upload.model_dump(),
        url=url,
        state="ready" if film else "checking",
        film=film,
        check=check,
        media=f"{url}/",
    )
