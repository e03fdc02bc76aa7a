"""Who may come in: host names, origins, the token, and the size of what they bring. Plain ASGI, before any route."""

from __future__ import annotations

import hmac
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.problems import problem

COOKIE = "kinetoscope_token"
COOKIE_FOR = 30 * 86400
BODY_AT_MOST = 256 * 1024
OPEN = frozenset({"/healthz"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "testserver"})

POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeaders:
    """Adds the same protective headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(raw=message["headers"]).update(SECURITY)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class Gate:
    """Refuses what other sites may have a browser send, and clients without the token if there is one.

    loopback: the server is meant for this machine only, so that only its own names are valid hosts (a foreign page
    could otherwise reach it under a name of its own).
    """

    def __init__(self, app: ASGIApp, *, token: str, loopback: bool) -> None:
        self.app, self.token, self.loopback = app, token, loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope, Headers(scope=scope))
        await (refusal or self.app)(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        path = scope["path"]
        if self.loopback and _name(headers.get("host", "")) not in LOOPBACK:
            return problem(421, "This server answers to localhost only.", instance=path)
        if scope["method"] not in SAFE and _foreign(headers):
            return problem(403, "Requests from other sites are refused.", instance=path)
        if self.token and path not in OPEN and not self._knows_token(headers):
            return self._let_in(scope) or _ask_for_token(path)
        return None

    def _knows_token(self, headers: Headers) -> bool:
        kind, _, bearer = headers.get("authorization", "").partition(" ")
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        given = [bearer.strip()] if kind.lower() == "bearer" else []
        given += [cookie.value] if cookie else []
        return any(self._equal(each) for each in given)

    def _let_in(self, scope: Scope) -> Response | None:
        """`?token=...` on a page: remember it in a cookie, and take it out of the address."""
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if scope["method"] != "GET" or not any(name == "token" and self._equal(value) for name, value in query):
            return None
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        response = RedirectResponse("/" + scope["path"].lstrip("/") + (f"?{rest}" if rest else ""), 303)
        response.set_cookie(COOKIE, self.token, max_age=COOKIE_FOR, httponly=True, samesite="strict")
        return response

    def _equal(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(), self.token.encode())


class BodyLimit:
    """Refuses bodies of more than BODY_AT_MOST bytes, announced or not."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] in SAFE:
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        body = None if announced.isdigit() and int(announced) > BODY_AT_MOST else await _read(receive)
        if body is None:
            refusal = problem(413, f"At most {BODY_AT_MOST} bytes are accepted.", instance=scope["path"])
            await refusal(scope, receive, send)
            return
        await self.app(scope, _replay(body, receive), send)


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None if it is too large."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_AT_MOST:
            return None
        if not message.get("more_body"):
            return body


def _replay(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


def _ask_for_token(path: str) -> Response:
    detail = "This server needs its token: open the address that it printed when it started, or send it as a bearer."
    response = problem(401, detail, instance=path)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _foreign(headers: Headers) -> bool:
    """Whether a browser says that the request comes from another site."""
    if headers.get("sec-fetch-site", "same-origin") in ("cross-site", "same-site"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


def _name(host: str) -> str:
    """The host without its port."""
    return (urlsplit("//" + host).hostname or "").lower()
