"""Whether a server of the queue or of the pictures can be reached, and if not, why, in words that help."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from redis import Redis
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ConnectionError,
    NoPermissionError,
    RedisError,
    TimeoutError,
)

from contract.errors import KinetoscopeError

PATIENCE_S = 10.0
"""A server that is being started is waited for so long."""

WITHIN_S = 5.0

_Moment = BusyLoadingError | ConnectionRefusedError | FileNotFoundError
"""What may be over in a moment: the server starts."""


class Unreachable(KinetoscopeError):
    """A server does not answer, or does not let one in."""

    status = 503
    title = "Server cannot be reached"


def check(
    variable: str, url: str, *, patience: float = PATIENCE_S, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Raise Unreachable, naming the setting and never a password, if the server at `url` is of no use."""
    waited = 0.0
    while (reason := _try(variable, url)) is not None:
        error, cause = reason
        if waited >= patience or not isinstance(cause, _Moment):
            raise error
        sleep(0.5)
        waited += 0.5


def _try(variable: str, url: str) -> tuple[Unreachable, BaseException] | None:
    """What is wrong, if anything, and what it comes from."""
    try:
        with Redis.from_url(url, retry=None, socket_connect_timeout=WITHIN_S, socket_timeout=WITHIN_S) as server:
            server.ping()
    except ValueError as reason:
        forms = "redis://HOST:6379/0, rediss://:PASSWORD@HOST:6379/0 (TLS) or unix:///PATH"
        hint = "letters other than A-Z, a-z, 0-9, - and _ in a password are written as %XX"
        return Unreachable(f"{variable} is no address such as {forms}; {hint}."), reason
    except RedisError as reason:
        cause = _root(reason)
        return Unreachable(f"{variable}: {_place(url)} {_words(reason, cause, url)}"), cause
    except OSError as reason:
        return Unreachable(f"{variable}: {_place(url)} cannot be used: {reason.strerror or reason}."), reason
    return None


def _root(error: BaseException) -> BaseException:
    """What an error comes from in the end."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return error


def _words(error: RedisError, cause: BaseException, url: str) -> str:
    if isinstance(error, AuthenticationError) or "NOAUTH" in str(error) or "WRONGPASS" in str(error):
        if urlsplit(url).password:
            return "does not take this password."
        return "asks for a password: put it into the address, redis://:PASSWORD@HOST."
    if isinstance(error, NoPermissionError):
        return f"does not let this user do everything: {error}."
    if url.startswith("rediss:") and (words := _words_of_tls(cause)):
        return words
    if isinstance(cause, socket.gaierror):
        return "has a name that is not known here."
    if isinstance(cause, socket.timeout | TimeoutError):
        return f"does not answer within {WITHIN_S:.0f} s: is there a route to it, or a firewall on the way?"
    if isinstance(cause, ConnectionRefusedError):
        return "refuses connections: nothing listens there."
    if isinstance(error, ConnectionError) and not isinstance(cause, FileNotFoundError | PermissionError):
        return f"ends the connection ({cause}). If it speaks TLS, the address begins with rediss://."
    if isinstance(cause, OSError) and cause.strerror:
        return f"cannot be reached: {cause.strerror}."
    return f"is no Redis or Valkey that can be used: {error}."


def _words_of_tls(cause: BaseException) -> str | None:
    plain = "Without TLS the address begins with redis://."
    if isinstance(cause, ssl.SSLCertVerificationError):
        return (
            f"shows a certificate that is not trusted here ({cause.verify_message}). Name the authority that signed it "
            "by ?ssl_ca_certs=FILE at the end of the address."
        )
    if isinstance(cause, ssl.SSLError):
        return f"does not speak TLS as asked for ({cause.reason or cause}). {plain}"
    if isinstance(cause, socket.timeout) and "handshake" in str(cause):
        return f"does not speak TLS, or not within {WITHIN_S:.0f} s. {plain}"
    return None


def _place(url: str) -> str:
    """The address without user and password."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return parts.path
    try:
        return f"{parts.hostname}:{parts.port or 6379}"
    except ValueError:
        return str(parts.hostname)
