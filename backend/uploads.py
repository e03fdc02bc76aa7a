"""Clips that people bring: taken in as they arrive, never decoded here, deleted when their time is over."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from contract.clip import IDENTITY, LIMITS, ORIGINAL, CheckSpec, Clips, Film, Limits, format_of
from contract.errors import ClipGone, ClipRefused, ClipTooLarge, ClipWasHere, KinetoscopeError, UnknownFormat, Unsuited
from contract.pyramid import BROUGHT_CLIP

DRAFT = ".draft-"
DRAFT_FOR = 3600.0
"""Seconds after which a file that is still arriving is given up."""

RECORD = "upload.json"
GONE = "clips-gone"
"""Beside the folder of clips: how each went that is no more, for a while."""

GONE_FOR = 30 * 86400.0
HEAD = 64
NAMELESS = "clip"
NAME_AT_MOST = 120


class Upload(BaseModel):
    """One clip as it was brought, or is fetched for somebody: the clip `surveyed` of a model's set.

    brought, expires: seconds since 1970.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    bytes: int
    format: str
    brought: float
    expires: float
    model: str | None = None
    surveyed: str = ""

    @property
    def check(self) -> CheckSpec:
        """The request to look at it."""
        return CheckSpec(clip=self.id, model=self.model, surveyed=self.surveyed)


class NoRoomForClips(KinetoscopeError):
    """Clips have taken all the room that they may, or that there is."""

    status = 507
    title = "No room for clips"


class Uploads:
    """The folder of clips, seen from the server."""

    def __init__(self, data: Path, limits: Limits = LIMITS) -> None:
        self.clips, self.limits, self.graves = Clips(data), limits, data / GONE

    async def take(self, name: str, body: AsyncIterator[bytes], *, announced: int = 0) -> Upload:
        """Write a file as it arrives; one that is here already lives on. announced: bytes that are to come.

        Raises ClipTooLarge, UnknownFormat, ClipRefused, NoRoomForClips; nothing of such a file is left.
        """
        held = await asyncio.to_thread(self._held)
        self._check(announced, held)
        draft = self._draft()
        try:
            return await self._receive(draft, name, body, held)
        except UnknownFormat:
            await self._drain(body)
            raise
        except TimeoutError:
            raise
        except OSError as reason:
            raise NoRoomForClips(f"The clip cannot be kept: {reason.strerror}.") from reason
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def promise(self, name: str, *, model: str, surveyed: str) -> Upload:
        """A place for a clip of a model's set, which a worker will fetch."""
        identity = hashlib.sha256(f"{model} {surveyed}".encode()).hexdigest()[:32]
        now = time.time()
        upload = Upload(
            id=identity,
            name=_plain(name),
            bytes=0,
            format="",
            brought=now,
            expires=now + self.limits.kept_for,
            model=model,
            surveyed=surveyed,
        )
        self.clips.place(identity).mkdir(parents=True, exist_ok=True)
        self._write(upload, self.clips.place(identity))
        return upload

    def find(self, identity: str) -> Upload | None:
        """What was brought under that id, if it is still here. Raises ClipGone for what is no id."""
        upload = self._read(self.clips.place(identity))
        return upload if upload and upload.expires > time.time() else None

    def film(self, identity: str) -> Film:
        """What is known of a clip that can be worked with. Raises ClipGone, ClipWasHere, ClipRefused."""
        if self.find(identity) is None:
            raise self.gone(identity)
        film = self.clips.film(identity)
        if film is None:
            raise ClipRefused("The clip has not been looked at yet. Ask again when its state is `ready`.")
        return film

    def check(self, clip: str) -> None:
        """Whether `clip`, if it names one that was brought, can be worked with. Raises as `film` does, and Unsuited."""
        own = BROUGHT_CLIP.fullmatch(clip)
        film = self.film(own[1]) if own else None
        if own and film and int(own[2] or 0) > 1000 * film.seconds:
            raise Unsuited(f"{own[2]} ms lie behind the end of the clip.", allowed=[f"0..{1000 * film.seconds:.0f}"])

    def gone(self, identity: str) -> ClipGone:
        """Why there is no such clip: it was here, or nobody knows of it."""
        if self._read(self.clips.place(identity)) is not None:
            return ClipWasHere(identity, self._expired)
        with contextlib.suppress(OSError):
            return ClipWasHere(identity, (self.graves / identity).read_text())
        return ClipGone(identity)

    def remove(self, identity: str, how: str = "was deleted") -> None:
        """Delete a clip and all that was made of it, and remember how it went."""
        self.clips.remove(identity)
        with contextlib.suppress(OSError):
            self.graves.mkdir(parents=True, exist_ok=True)
            (self.graves / identity).write_text(how)

    @property
    def _expired(self) -> str:
        return f"was kept for {self.limits.kept_for / 3600:g} hours and has expired"

    def all(self) -> list[Upload]:
        """All that are here, the newest first."""
        now = time.time()
        found = [upload for folder in self._folders() if (upload := self._read(folder)) and upload.expires > now]
        return sorted(found, key=lambda each: -each.brought)

    def expire(self) -> None:
        """Delete what has been here for long enough, and what never arrived."""
        now = time.time()
        for folder in self._folders():
            upload = self._read(folder)
            if upload is None:
                shutil.rmtree(folder, ignore_errors=True)
            elif upload.expires <= now:
                self.remove(upload.id, self._expired)
        for grave in self.graves.glob("*"):
            with contextlib.suppress(OSError):
                if grave.stat().st_mtime < now - GONE_FOR:
                    grave.unlink()
        for draft in self.clips.folder.glob(DRAFT + "*"):
            with contextlib.suppress(OSError):
                if draft.stat().st_mtime < now - DRAFT_FOR:
                    shutil.rmtree(draft, ignore_errors=True)

    async def _receive(self, draft: Path, name: str, body: AsyncIterator[bytes], held: int) -> Upload:
        size, digest, head = 0, hashlib.sha256(), b""
        with (draft / ORIGINAL).open("wb") as file:
            async for part in body:
                size += len(part)
                self._check(size, held)
                if len(head) < HEAD:
                    head = (head + part)[:HEAD]
                    if len(head) == HEAD:
                        self._format(head)
                digest.update(part)
                file.write(part)
        if size == 0:
            raise ClipRefused("The file is empty.")
        now = time.time()
        upload = Upload(
            id=digest.hexdigest()[:32],
            name=_plain(name),
            bytes=size,
            format=self._format(head),
            brought=now,
            expires=now + self.limits.kept_for,
        )
        self._write(upload, draft)
        self._keep(upload, draft)
        return upload

    async def _drain(self, body: AsyncIterator[bytes]) -> None:
        """A browser that is cut off while it sends does not read the answer."""
        left = self.limits.bytes
        async for part in body:
            left -= len(part)
            if left < 0:
                return

    def _keep(self, upload: Upload, draft: Path) -> None:
        place = self.clips.place(upload.id)
        try:
            os.replace(draft, place)
        except OSError:  # the same film is here already, with what was found in it
            self._write(upload, place)

    def _check(self, size: int, held: int) -> None:
        """Raises ClipTooLarge, NoRoomForClips."""
        if size > self.limits.bytes:
            what = f"The file has {_mega(size)} or more"
            raise ClipTooLarge(f"{what}; at most {_mega(self.limits.bytes)} are taken. Cut or compress it.")
        if size + held > self.limits.together:
            raise NoRoomForClips(
                f"Clips may take {_mega(self.limits.together)} together, and that is used up. Delete one, or wait: "
                f"they go after {self.limits.kept_for / 3600:g} hours."
            )

    def _format(self, head: bytes) -> str:
        found = format_of(head)
        if found is None:
            formats = ", ".join(self.limits.formats)
            raise UnknownFormat(
                f"The file begins with {head[:8]!r}, as none of {formats} does. What is in it counts, not its name.",
                allowed=self.limits.formats,
            )
        return found

    def _held(self) -> int:
        """Bytes on the disk: clips, and what was made of them."""
        return sum(_size(file) for folder in self._folders() for file in folder.rglob("*"))

    def _folders(self) -> list[Path]:
        if not self.clips.folder.is_dir():
            return []
        return [path for path in self.clips.folder.iterdir() if IDENTITY.fullmatch(path.name)]

    def _draft(self) -> Path:
        try:
            self.clips.folder.mkdir(parents=True, exist_ok=True)
            return Path(tempfile.mkdtemp(prefix=DRAFT, dir=self.clips.folder))
        except OSError as reason:
            raise NoRoomForClips(f"The clip cannot be kept: {reason.strerror}.") from reason

    def _read(self, folder: Path) -> Upload | None:
        try:
            return Upload.model_validate_json((folder / RECORD).read_bytes())
        except (OSError, ValidationError):
            return None

    def _write(self, upload: Upload, folder: Path) -> None:
        part = folder / f".{RECORD}.part"
        part.write_text(upload.model_dump_json())
        part.replace(folder / RECORD)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size if file.is_file() else 0
    except OSError:  # deleted meanwhile
        return 0


def _plain(name: str) -> str:
    """A name to show: its last part, without what cannot be printed. It is never a path here."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:NAME_AT_MOST] or NAMELESS


def _mega(size: int) -> str:
    return f"{size / 2**20:.1f} MB"
