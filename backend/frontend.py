"""The page: static files, and index.html for every address that is a place in the page."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from backend.conditional import matches

INDEX = "index.html"
EVERY = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}


def routes(folder: Path, *, known: Sequence[BaseRoute]) -> APIRouter:
    """The router; to be included last. `known`: the routes before it."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/api", methods=EVERY)
    @router.api_route("/api/{path:path}", methods=EVERY)
    def unknown(request: Request) -> None:
        """Addresses under /api are never the page."""
        allowed = _allowed(request.scope, known)
        if allowed:
            detail = f"This address takes {' and '.join(allowed)} only."
            raise HTTPException(405, detail, {"Allow": ", ".join(allowed)})
        raise HTTPException(404)

    @router.api_route("/{path:path}", methods=["GET", "HEAD"])
    async def page(request: Request, path: str) -> Response:
        """A file of the page, or the page itself. They are small and many: read once, and answered without a thread."""
        file = _file(folder, path)
        stat = file.stat()
        etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
        headers = {"Cache-Control": "no-cache", "ETag": etag}
        if matches(request.headers.get("if-none-match"), etag):
            return Response(status_code=304, headers=headers)
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
        return Response(_content(file, etag), media_type=kind, headers=headers)

    return router


@lru_cache(maxsize=512)
def _content(file: Path, _etag: str) -> bytes:
    return file.read_bytes()


def _allowed(scope: Scope, known: Sequence[BaseRoute]) -> list[str]:
    """Methods that known routes take at this address."""
    return [
        method
        for method in EVERY
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in known)
    ]


def _file(folder: Path, path: str) -> Path:
    """The file at a path inside `folder`. A path whose last part has no file ending is a place in the page.

    Raises HTTPException.
    """
    root = folder.resolve()
    file = (root / path).resolve()
    hidden = any(part.startswith(".") for part in PurePosixPath(path).parts)
    if file.is_relative_to(root) and file.is_file() and not hidden:
        return file
    index = root / INDEX
    if _is_place(path) and not hidden and index.is_file():
        return index
    raise HTTPException(404, f"There is nothing at /{path}.")


def _is_place(path: str) -> bool:
    """Layer names have dots (`motion.conv3_1`), so a dot alone does not make a file."""
    return path.startswith("models/") or "." not in path.rpartition("/")[2]
