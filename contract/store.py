"""Results and pictures by content id: a cache that may forget, in front of files that do not.

Workers know the cache only and hand new results over through it; the server files them. Until a result is filed it
has no expiry, so that the cache cannot drop it; from then on it is a copy.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError
from redis import Redis

from contract.connection import Server
from contract.result import Result
from contract.written import write

PICTURE = "kinetoscope:picture:"
PREVIEW = "kinetoscope:preview:"
RESULT = "result.json"
DRAFT = ".draft-"
MARK = ".mark"
COPY_FOR = 7 * 86400
PREVIEW_FOR = 300
ID = re.compile(r"[0-9a-f]{32}")
FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,99}")


class Files:
    """Results and pictures that were filed below `folder`, read without the cache."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def results(self, ids: Sequence[str]) -> dict[str, Result]:
        """The results that there are, by id."""
        found = {identity: _parse(self._read(identity, RESULT)) for identity in ids}
        return {identity: result for identity, result in found.items() if result}

    def media(self, identity: str, file: str) -> bytes | None:
        """One picture of a result, or None."""
        return self._read(identity, file) if FILE.fullmatch(file) and file != RESULT else None

    def _read(self, identity: str, name: str) -> bytes | None:
        path = self._file(identity, name)
        return path.read_bytes() if path else None

    def _file(self, identity: str, name: str) -> Path | None:
        if self.folder is None or not ID.fullmatch(identity):
            return None
        path = self._place(identity) / name
        return path if path.is_file() else None

    def _place(self, identity: str) -> Path:
        assert self.folder is not None
        return self.folder / identity[:2] / identity


class Store(Files):
    """Reads through the cache to the files below `folder`; without a folder it is the cache alone.
    Without a cache it keeps and lists files only.

    reads: how often a picture was found in the `cache`, in a `file`, and `nowhere`.
    """

    def __init__(self, cache: Redis | None, folder: Path | None = None) -> None:
        super().__init__(folder)
        self._cache: Server = cache
        self.reads: Counter[str] = Counter()

    def put(self, result: Result, media: Mapping[str, bytes]) -> None:
        """Keep a new result in the cache until it is filed."""
        entries = {**media, RESULT: result.model_dump_json().encode()}
        with self._cache.pipeline() as pipe:
            pipe.delete(PICTURE + result.id)
            pipe.hset(PICTURE + result.id, mapping=entries)
            pipe.execute()

    def has(self, identity: str) -> bool:
        """Whether there is a result."""
        return bool(self.results([identity]))

    def results(self, ids: Sequence[str]) -> dict[str, Result]:
        """The results that there are, by id."""
        with self._cache.pipeline(transaction=False) as pipe:
            for identity in ids:
                pipe.hget(PICTURE + identity, RESULT)
            raw = dict(zip(ids, pipe.execute(), strict=True))
        found = {identity: _parse(text or self._read(identity, RESULT)) for identity, text in raw.items()}
        return {identity: result for identity, result in found.items() if result}

    def media(self, identity: str, file: str) -> bytes | None:
        """One picture of a result, or None."""
        if not (ID.fullmatch(identity) and FILE.fullmatch(file)) or file == RESULT:
            return None
        cached = self._cache.hget(PICTURE + identity, file)
        data = cached or self._read(identity, file)
        self.reads["cache" if cached else "file" if data else "nowhere"] += 1
        return data

    def put_previews(self, previews: Mapping[str, bytes]) -> None:
        """Keep the newest pictures of running optimizations, by id, for a few minutes."""
        with self._cache.pipeline(transaction=False) as pipe:
            for identity, picture in previews.items():
                pipe.set(PREVIEW + identity, picture, ex=PREVIEW_FOR)
            pipe.execute()

    def preview(self, identity: str) -> bytes | None:
        """The newest preview, or None."""
        return self._cache.get(PREVIEW + identity)

    def file(self, identity: str) -> Result | None:
        """Write a handed-over result to files and let the cache forget it. None if it is nowhere to be found."""
        entries = {name.decode(): data for name, data in self._cache.hgetall(PICTURE + identity).items()}
        if RESULT in entries and self.filed_one(identity) is None:
            self._write(identity, entries)
        self._cache.expire(PICTURE + identity, COPY_FOR)
        return self.filed_one(identity)

    def keep(self, result: Result, media: Mapping[str, bytes]) -> bool:
        """Write a result that was computed elsewhere to files; False where there is one already."""
        if self.filed_one(result.id) is not None:
            return False
        self._write(result.id, {**media, RESULT: result.model_dump_json().encode()})
        return True

    def filed_one(self, identity: str) -> Result | None:
        """A result on disk, or None."""
        return _parse(self._read(identity, RESULT))

    def mark(self) -> None:
        """Say that results were put into files by another than the server that counts them."""
        assert self.folder is not None
        write(self.folder / MARK, secrets.token_hex(8).encode())

    def marked(self) -> str:
        """What changes with every mark(); empty: there was none."""
        try:
            return (self.folder / MARK).read_text() if self.folder else ""
        except FileNotFoundError:
            return ""

    def is_empty(self) -> bool:
        """Whether no result was ever filed."""
        return self.folder is None or next(self.folder.glob(f"*/*/{RESULT}"), None) is None

    def filed(self) -> list[Result]:
        """Every result on disk."""
        paths = self.folder.glob(f"*/*/{RESULT}") if self.folder else ()
        return [result for path in paths if (result := _parse(path.read_bytes()))]

    def sweep(self) -> None:
        """Remove what was being written when a server ended. Only for the one server that writes."""
        for draft in self.folder.glob(f"*/{DRAFT}*") if self.folder else ():
            shutil.rmtree(draft, ignore_errors=True)

    def _write(self, identity: str, entries: Mapping[str, bytes]) -> None:
        final = self._place(identity)
        final.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=final.parent))
        try:
            for name, data in entries.items():
                _write_through(draft / name, data)
            shutil.rmtree(final, ignore_errors=True)  # one that does not read
            os.replace(draft, final)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _parse(raw: bytes | None) -> Result | None:
    """A result; None also for one that another version wrote and that no longer reads."""
    try:
        return Result.model_validate_json(raw) if raw else None
    except ValidationError:
        return None
