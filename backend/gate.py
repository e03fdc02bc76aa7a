"""Who may come in, and how often: host names, origins, tokens, roles, rates. Plain ASGI, before any route."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from backend import session
from backend.limits import Rate
from backend.problems import own, problem
from backend.sign_in import SignIn, WrongToken, within
from backend.tokens import Holder, Role
from contract.errors import KinetoscopeError

OPEN = re.compile(r"/healthz|/session(/end)?|/icon\.svg|/style/[a-z]+\.css")
"""What everybody may have: whether the process lives, what the sign-in page is made of, and to leave."""

ADMIN = re.compile(r"/api/v1/(models/[^/]+/findings/analyses|workers/[^/]+/(drain|resume)|jobs/cancel)")
"""What only the role admin may ask for: it takes hours, takes workers away from everybody, or everybody's jobs."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "testserver"})
BURST = 10
"""A page is made of many files and asks for many pictures at once: so many seconds' worth of requests."""


class Gate:
    """Refuses what other sites may have a browser send, clients without a token if there are any, and haste.

    names: host names that are valid besides those of this machine; None: all. A server that is meant for this machine
    only must not answer to others: a foreign page could reach it under a name of its own.
    rate: requests that a holder of a token may make a second.
    """

    def __init__(self, app: ASGIApp, *, sign_in: SignIn, names: Collection[str] | None, rate: float) -> None:
        self.app, self.sign_in, self.tokens = app, sign_in, sign_in.tokens
        self.names = None if names is None else LOOPBACK | {name.lower() for name in names}
        self.rate = Rate(rate, rate * BURST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            refusal = self._refusal(scope, Headers(scope=scope))
        except KinetoscopeError as error:
            refusal = own(error, instance=scope["path"])
        await (refusal or self.app)(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """An answer instead of the one that was asked for, if any. Raises WrongToken, TooFast, TokenProblem."""
        path = scope["path"]
        if self.names is not None and _name(headers.get("host", "")) not in self.names:
            return problem(421, "This server does not answer to that name; see KINETOSCOPE_HOSTS.", instance=path)
        if scope["method"] not in SAFE and _foreign(headers):
            return problem(403, "Requests from other sites are refused.", instance=path)
        if OPEN.fullmatch(path) or not self.tokens.holders():
            return None
        return self._unless_welcome(scope, headers)

    def _unless_welcome(self, scope: Scope, headers: Headers) -> Response | None:
        client = (scope.get("client") or ("",))[0]
        bearer, query = _bearer(headers), _in_address(scope)
        holder = None if bearer else session.read(headers, self.tokens)
        if holder is None and bearer:
            holder = self.sign_in.admit(bearer, client)
        if query:  # also for one who is signed in: it is to leave the address
            return self._by_address(scope, holder or self.sign_in.admit(query, client))
        if holder is None:
            return self._stranger(scope, headers)
        needed = _needed(scope)
        if not holder.may(needed):
            detail = f"The token {holder.name!r} has the role {holder.role!r}; this needs the role {needed!r}."
            return problem(403, detail, instance=scope["path"])
        self.rate.take(holder.name)
        scope["holder"] = holder
        return None

    def _by_address(self, scope: Scope, holder: Holder) -> Response:
        """`?token=...` on a page: begin a session, and take it out of the address."""
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        response = RedirectResponse("/" + scope["path"].lstrip("/") + (f"?{rest}" if rest else ""), 303)
        session.begin(response, holder, secure=scope["scheme"] == "https")
        return response

    def _stranger(self, scope: Scope, headers: Headers) -> Response:
        if scope["method"] != "GET" or "text/html" not in headers.get("accept", ""):
            raise WrongToken("This server needs a token: as a bearer, or by signing in with a browser.")
        query = scope["query_string"].decode("latin-1")
        return self.sign_in.page(within(scope["path"] + (f"?{query}" if query else "")))


def _needed(scope: Scope) -> Role:
    if scope["method"] in SAFE:
        return "view"
    return "admin" if ADMIN.fullmatch(scope["path"]) else "run"


def _bearer(headers: Headers) -> str:
    kind, _, bearer = headers.get("authorization", "").partition(" ")
    return bearer.strip() if kind.lower() == "bearer" else ""


def _in_address(scope: Scope) -> str:
    """The token of `?token=...`, which is how the address that is printed at the start lets its reader in."""
    if scope["method"] != "GET":
        return ""
    return dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("token", "")


def _foreign(headers: Headers) -> bool:
    """Whether a browser says that the request comes from another site."""
    if headers.get("sec-fetch-site", "same-origin") in ("cross-site", "same-site"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


@lru_cache(maxsize=256)
def _name(host: str) -> str:
    """The host without its port."""
    return (urlsplit("//" + host).hostname or "").lower()
