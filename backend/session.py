"""A browser's session, as a signed cookie.

Neither pages nor event streams can send a token of their own. The cookie says who and until when, signed with what only
the server knows of the token (HMAC-SHA-256). It does not hold the token, is kept nowhere, and ends with the token.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.responses import Response

from backend.tokens import Holder, Tokens

COOKIE = "kinetoscope_session"
LASTS = 30 * 86400


def begin(response: Response, holder: Holder, *, secure: bool) -> None:
    """Have the browser remember who it is. secure: by HTTPS only."""
    ends = int(time.time()) + LASTS
    value = f"{holder.name}~{ends}~{_signature(holder, ends)}"
    response.set_cookie(COOKIE, value, max_age=LASTS, httponly=True, samesite="strict", secure=secure)


def end(response: Response) -> None:
    """Have the browser forget."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


def read(headers: Headers, tokens: Tokens) -> Holder | None:
    """Who signed in; None for a cookie that is missing, forged, out of date, or whose token was removed."""
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    parts = cookie.value.split("~") if cookie else []
    if len(parts) != 3 or not (parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 20):
        return None
    holder, ends = tokens.named(parts[0]), int(parts[1])
    if holder is None or ends < time.time():
        return None
    return holder if hmac.compare_digest(parts[2].encode(), _signature(holder, ends).encode()) else None


def _signature(holder: Holder, ends: int) -> str:
    said = f"session~{holder.name}~{ends}".encode()
    return hmac.new(holder.digest.encode(), said, hashlib.sha256).hexdigest()
