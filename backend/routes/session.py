"""Signing in and out, and who one is."""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from backend import session
from backend.answers import Session
from backend.limits import TooFast
from backend.sign_in import SignIn, WrongToken, within
from backend.tokens import Holder


def routes() -> APIRouter:
    """The router of the API."""
    router = APIRouter(prefix="/session", tags=["service"])

    @router.get("")
    def whoami(request: Request) -> Session:
        """Who asks, and what it may do. Where no token is asked for, everybody may do everything."""
        holder: Holder | None = request.scope.get("holder")
        return Session(name=holder.name, role=holder.role) if holder else Session(name=None, role="admin")

    return router


def forms(sign_in: SignIn) -> APIRouter:
    """The router of the two forms, outside the API: they answer with pages, and work without scripts."""
    router = APIRouter(prefix="/session", include_in_schema=False)

    @router.post("")
    async def begin(request: Request) -> Response:
        """Sign in with a token."""
        form = parse_qs((await request.body()).decode("latin-1"))
        token, where = form.get("token", [""])[0].strip(), within(form.get("where", ["/"])[0])
        try:
            holder = sign_in.admit(token, request.client.host if request.client else "")
        except (WrongToken, TooFast) as error:
            response = sign_in.page(where, said=error.detail, status=error.status)
            if error.retry_after is not None:
                response.headers["Retry-After"] = str(error.retry_after)
            return response
        response = RedirectResponse(where, 303)
        session.begin(response, holder, secure=request.url.scheme == "https")
        return response

    @router.post("/end")
    def end() -> Response:
        """Sign out."""
        response = RedirectResponse("/", 303)
        session.end(response)
        return response

    return router
