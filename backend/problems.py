"""Errors as `application/problem+json` (RFC 9457), in one shape."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from redis.exceptions import OutOfMemoryError, RedisError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contract.errors import KinetoscopeError

MEDIA_TYPE = "application/problem+json"
ALLOWED_SHOWN = 200

log = logging.getLogger(__name__)


def problem(status: int, detail: str, *, instance: str, title: str = "", **extra: Any) -> JSONResponse:
    """An error response; empty members of `extra` are left out."""
    body = {
        "type": "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": instance,
        **{name: value for name, value in extra.items() if value},
    }
    return JSONResponse(body, status, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def install(app: FastAPI) -> None:
    """Answer every error of `app` as a problem."""
    app.add_exception_handler(KinetoscopeError, _own)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(RedisError, _redis)
    app.add_middleware(Unexpected)


def own(error: KinetoscopeError, *, instance: str) -> JSONResponse:
    """One of our own errors as a problem."""
    response = problem(
        error.status,
        error.detail,
        instance=instance,
        title=error.title,
        allowed=error.allowed[:ALLOWED_SHOWN],
        did_you_mean=error.did_you_mean,
    )
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _own(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, KinetoscopeError)
    return own(error, instance=request.url.path)


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    standard = HTTPStatus(error.status_code).phrase
    detail = _DETAILS.get(error.status_code, standard) if error.detail == standard else error.detail
    response = problem(error.status_code, detail, instance=request.url.path)
    response.headers.update(error.headers or {})
    return response


_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    413: "The request is too large.",
}


def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [_fault(each) for each in error.errors()]
    detail = "; ".join(f"{each['pointer']}: {each['detail']}" for each in errors[:3])
    return problem(422, detail, instance=request.url.path, title="Invalid request", errors=errors)


def _fault(error: dict[str, Any]) -> dict[str, str]:
    if error.get("type") == "json_invalid":
        return {"pointer": "#", "detail": f"This is not JSON, at character {error['loc'][-1]}."}
    return {"pointer": _pointer(error["loc"]), "detail": error["msg"].removeprefix("Value error, ")}


def _pointer(place: tuple[int | str, ...]) -> str:
    """Body: a JSON pointer. Query and path: their own name in front."""
    kind, *rest = place
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in rest]
    return "/".join(["#" if kind == "body" else f"#{kind}", *steps])


def _redis(request: Request, error: Exception) -> JSONResponse:
    log.error("The queue or the cache failed: %s", error)
    full = isinstance(error, OutOfMemoryError)
    detail = "The picture cache is full." if full else "The queue or the picture cache cannot be reached. Try again."
    return problem(507 if full else 503, detail, instance=request.url.path)


class Unexpected:
    """Answers what nothing else caught, inside the other layers so that their headers are on it too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        begun = False

        async def watch(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception:
            log.exception("Unexpected error at %s", scope.get("path"))
            if begun or scope["type"] != "http":
                raise
            detail = "Something went wrong in the server; its log says more."
            await problem(500, detail, instance=scope["path"])(scope, receive, send)
