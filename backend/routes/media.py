"""Pictures. A finished one never changes: immutable, with a strong ETag and ranges."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from backend.conditional import matches
from backend.hot import Hot
from backend.resend import headers_of, kind_of
from contract.store import Store

RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def routes(*, store: Store, hot: Hot) -> APIRouter:
    """The router. hot: what is sent is held there."""
    router = APIRouter(prefix="/media", tags=["media"])

    @router.head("/{id}/preview.webp", include_in_schema=False)
    @router.get("/{id}/preview.webp", response_class=Response)
    def preview(id: str, step: Annotated[int | None, Query(ge=0)] = None) -> Response:
        """The newest preview of a running visualization. `step` only tells one from the next."""
        data = store.preview(id)
        if data is None:
            raise HTTPException(404, "There is no preview of this visualization at present.")
        return Response(data, media_type="image/webp", headers={"Cache-Control": "no-store"})

    @router.head("/{id}/{file}", include_in_schema=False)
    @router.get("/{id}/{file}", response_class=Response)
    async def media(request: Request, id: str, file: str, range: Annotated[str | None, Header()] = None) -> Response:
        """A picture of a finished visualization."""
        headers = headers_of(id, file)
        etag = headers["ETag"]
        if (known := request.headers.get("if-none-match")) and etag in known:  # it cannot have changed
            return Response(status_code=304, headers=headers)
        data = hot.get(id, file) or await run_in_threadpool(store.media, id, file)
        if data is None:
            raise HTTPException(404, f"There is no picture {file!r} of visualization {id!r}.")
        hot.put(id, file, data)
        if matches(known, etag):
            return Response(status_code=304, headers=headers)
        still_same = request.headers.get("if-range") in (None, etag)
        part = _part(range, len(data)) if range and still_same else None
        if part is None:
            return Response(data, media_type=kind_of(file), headers=headers)
        first, last = part
        headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
        return Response(data[first : last + 1], 206, media_type=kind_of(file), headers=headers)

    return router


def _part(text: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range; None for a header to be ignored. Raises 416."""
    match = RANGE.fullmatch(text.strip())
    if not match or match.groups() == ("", ""):
        return None
    start, end = match.groups()
    if start == "":
        first, last = max(0, size - int(end)), size - 1
    else:
        first, last = int(start), min(int(end), size - 1) if end else size - 1
    if first >= size or first > last:
        raise HTTPException(416, f"The picture has {size} bytes.", headers={"Content-Range": f"bytes */{size}"})
    return first, last
