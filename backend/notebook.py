"""What people say of units: favourites, tags and notes, in one file that is rewritten whole."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from contract.errors import KinetoscopeError
from contract.spec import Name

FILE = "notes.json"
TAGS_AT_MOST = 20
ENTRIES_AT_MOST = 20_000

Tag = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\s,][^,]*$")]


class Remark(BaseModel):
    """What is said of one unit. Nothing said is no entry."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    favourite: bool = False
    tags: Annotated[tuple[Tag, ...], Field(max_length=TAGS_AT_MOST)] = ()
    text: Annotated[str, Field(max_length=4000)] = ""


class Entry(Remark):
    """A remark and the unit it is about."""

    model: Name
    layer: Name
    unit: Annotated[int, Field(ge=0, le=1_000_000)]

    @property
    def place(self) -> tuple[str, str, int]:
        """What it is about."""
        return self.model, self.layer, self.unit


class NotesUnreadable(KinetoscopeError):
    """The file was changed by other means and no longer reads; it is left as it is."""

    status = 500
    title = "Notes cannot be read"


ENTRIES = TypeAdapter(list[Entry])


class Notebook:
    """Remarks by unit. One process writes the file; every change is on disk before it is confirmed."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = threading.Lock()

    def entries(self, model: str | None = None) -> list[Entry]:
        """All remarks, or those on one model, in the order in which they were first made. Raises NotesUnreadable."""
        with self._lock:
            return [entry for entry in self._read() if model in (None, entry.model)]

    def set(self, entry: Entry) -> None:
        """Replace what is said of a unit; nothing said removes the entry. Raises NotesUnreadable, OSError."""
        with self._lock:
            entries = {each.place: each for each in self._read()}
            if entry.favourite or entry.tags or entry.text:
                entries[entry.place] = entry
            else:
                entries.pop(entry.place, None)
            if len(entries) > ENTRIES_AT_MOST:
                raise KinetoscopeError(f"There are {ENTRIES_AT_MOST} notes already; remove some before adding more.")
            self._write(list(entries.values()))

    def _read(self) -> list[Entry]:
        if not self._path.is_file():
            return []
        try:
            return ENTRIES.validate_json(self._path.read_bytes())
        except ValidationError as error:
            raise NotesUnreadable(f"{self._path} is no list of notes: {error.errors()[0]['msg']}.") from error

    def _write(self, entries: list[Entry]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=".notes-", dir=self._path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(ENTRIES.dump_json(entries, indent=1))
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, self._path)
        except OSError:
            Path(draft).unlink(missing_ok=True)
            raise
