"""Who holds a token, and what it allows.

Tokens are a file of digests that only its owner can read, and one more by setting.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from contract.errors import KinetoscopeError

Role = Literal["view", "run", "admin"]
"""view: look. run: also have things computed, and write notes. admin: everything, without quota."""

ROLES: tuple[Role, ...] = get_args(Role)
FILE = "tokens.json"
OWNER = "owner"
"""Name of whoever holds the token of the setting KINETOSCOPE_TOKEN; it allows everything."""

NAME = re.compile(r"[A-Za-z0-9_.\-]{1,60}")


class Holder(BaseModel):
    """Somebody who may come in. digest: SHA-256 of the token, which itself is kept nowhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    role: Role
    digest: str
    created: datetime | None = None

    def may(self, role: Role) -> bool:
        """Whether what `role` allows is allowed."""
        return ROLES.index(self.role) >= ROLES.index(role)


HOLDERS = TypeAdapter(list[Holder])


class TokenProblem(KinetoscopeError):
    """The file of tokens cannot be used, or not be changed in that way."""

    status = 500
    title = "Tokens cannot be used"


class Tokens:
    """The holders. The file is read again when it has changed, so that nothing need be restarted."""

    def __init__(self, data: Path, secret: str = "") -> None:
        """data: the data folder. secret: the token of the setting, if there is one."""
        self.file = data / FILE
        self._owner = [Holder(name=OWNER, role="admin", digest=digest(secret))] if secret else []
        self._seen: tuple[int, int] | None = None
        self.filed: list[Holder] = []

    def holders(self) -> list[Holder]:
        """All who may come in; nobody: no token is asked for. Raises TokenProblem."""
        return [*self._owner, *self._read()]

    def find(self, token: str) -> Holder | None:
        """Who holds a token. Compares digests with all, in constant time."""
        given, found = digest(token), None
        for holder in self.holders():
            if hmac.compare_digest(given, holder.digest):
                found = holder
        return found

    def named(self, name: str) -> Holder | None:
        """The holder of that name."""
        return next((holder for holder in self.holders() if holder.name == name), None)

    def add(self, name: str, role: Role) -> str:
        """Let somebody in; the new token, which is not shown again. Raises TokenProblem."""
        if not NAME.fullmatch(name) or name == OWNER:
            raise TokenProblem(f"{name!r} is no name for a token: letters, digits, '_', '.' and '-', not {OWNER!r}.")
        if self.named(name):
            raise TokenProblem(f"There is a token of the name {name!r} already. Remove it first, or choose another.")
        token = secrets.token_urlsafe(32)
        self._write([*self._read(), Holder(name=name, role=role, digest=digest(token), created=datetime.now(UTC))])
        return token

    def remove(self, name: str) -> None:
        """Shut somebody out, with all that they have signed in with. Raises TokenProblem."""
        left = [holder for holder in self._read() if holder.name != name]
        if len(left) == len(self._read()):
            names = ", ".join(holder.name for holder in left) or "none"
            raise TokenProblem(f"There is no token of the name {name!r}. There are: {names}.")
        self._write(left)

    def _read(self) -> list[Holder]:
        try:
            found = self.file.stat()
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise TokenProblem(f"{self.file} cannot be read: {error.strerror}.") from error
        if stat.S_IMODE(found.st_mode) & 0o077:
            raise TokenProblem(f"Others can read {self.file}. Forbid it: chmod 600 {self.file}")
        seen = (found.st_mtime_ns, found.st_ino)
        if seen != self._seen:
            try:
                self.filed, self._seen = HOLDERS.validate_json(self.file.read_bytes()), seen
            except ValidationError as error:
                raise TokenProblem(f"{self.file} is no list of tokens: {error.errors()[0]['msg']}.") from error
        return self.filed

    def _write(self, holders: list[Holder]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=".tokens-", dir=self.file.parent)  # mode 0600
        with os.fdopen(handle, "wb") as file:
            file.write(HOLDERS.dump_json(holders, indent=1))
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self.file)


def digest(token: str) -> str:
    """SHA-256 in hexadecimal digits; enough for tokens that are random."""
    return hashlib.sha256(token.encode()).hexdigest()
