"""Signing in: the page that asks for a token, and the trial of tokens that somebody offers."""

from __future__ import annotations

import html
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse, Response

from backend.limits import Rate
from backend.tokens import Holder, Tokens
from contract.errors import KinetoscopeError

PAGE = "sign-in.html"
GUESSES_A_SECOND, GUESSES = 0.2, 10.0
"""Wrong tokens that one address may offer."""

WELCOME = "This dashboard is shown to those who have a token for it."


class WrongToken(KinetoscopeError):
    """No token, or none of this server's."""

    status = 401
    title = "Token needed"


class SignIn:
    """Knows the tokens, and counts wrong ones by address."""

    def __init__(self, tokens: Tokens, frontend: Path) -> None:
        self.tokens = tokens
        self._template = frontend / PAGE
        self._guesses = Rate(GUESSES_A_SECOND, GUESSES)

    def admit(self, token: str, client: str) -> Holder:
        """Whose token this is. Raises WrongToken, TooFast."""
        self._guesses.check(client)
        holder = self.tokens.find(token)
        if holder is None:
            self._guesses.take(client)
            raise WrongToken("That is none of this server's tokens.")
        return holder

    def page(self, where: str, *, said: str = WELCOME, status: int = 401) -> Response:
        """The page that asks for a token. where: the address to go to after it. said: in words, why it is shown."""
        text = Template(self._template.read_text("utf-8"))
        words = {
            "where": html.escape(within(where)),
            "said": html.escape(said),
            "kind": "muted" if said == WELCOME else "reason",
        }
        return HTMLResponse(text.substitute(words), status, headers={"Cache-Control": "no-store"})


def within(address: str) -> str:
    """The address, if it is a place of this site; else the start."""
    parts = urlsplit(address)
    here = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if here and address.isprintable() else "/"
