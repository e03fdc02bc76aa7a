import time
from pathlib import Path

import pytest
from starlette.datastructures import Headers
from starlette.responses import Response

from backend import session
from backend.tokens import Tokens


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    tokens = Tokens(tmp_path)
    tokens.add("ann", "view")
    tokens.add("bob", "admin")
    return tokens


def cookie(tokens: Tokens, name: str) -> str:
    holder, response = tokens.named(name), Response()
    assert holder is not None
    session.begin(response, holder, secure=False)
    return response.headers["set-cookie"].partition(";")[0]


def read(tokens: Tokens, text: str) -> str | None:
    holder = session.read(Headers({"cookie": text}), tokens)
    return holder.name if holder else None


def test_whoever_signed_in_is_known(tokens: Tokens) -> None:
    assert read(tokens, cookie(tokens, "ann")) == "ann"
    assert read(tokens, "other=1; " + cookie(tokens, "ann")) == "ann"
    assert read(tokens, "") is None


def test_nobody_becomes_somebody_else(tokens: Tokens) -> None:
    mine = cookie(tokens, "ann")
    assert read(tokens, mine.replace("ann", "bob")) is None
    name, ends, signature = mine.partition("=")[2].strip('"').split("~")
    for forged in (f"{name}~{int(ends) + 1}~{signature}", f"{name}~{ends}~{signature[:-1]}", f"{name}~{ends}~"):
        assert read(tokens, f"{session.COOKIE}={forged}") is None


@pytest.mark.parametrize("text", ["~~", "ann~x~y", "ann~²~y", "ann~" + "9" * 5000 + "~y", "=", "a\x00b", "ann~1~é"])
def test_nonsense_is_nobody(tokens: Tokens, text: str) -> None:
    assert session.read(Headers(raw=[(b"cookie", f"{session.COOKIE}={text}".encode("latin-1"))]), tokens) is None


def test_it_ends_with_time_and_with_the_token(tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = cookie(tokens, "ann")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + session.LASTS + 2)
    assert read(tokens, mine) is None
    monkeypatch.setattr(time, "time", lambda: now)
    assert read(tokens, mine) == "ann"
    tokens.remove("ann")
    tokens.add("ann", "view")  # of the same name, but another
    assert read(tokens, mine) is None


def test_by_https_it_is_for_https_only(tokens: Tokens) -> None:
    holder, response = tokens.named("ann"), Response()
    assert holder is not None
    session.begin(response, holder, secure=True)
    assert "secure" in response.headers["set-cookie"].lower()
