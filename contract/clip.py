"""A clip that somebody brings (docs/probe.md): how large it may be, what is known of it, and where it lies."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contract.errors import ClipGone
from contract.identity import identity
from contract.result import StreamPicture
from contract.spec import Name

FOLDER = "clips"
ORIGINAL = "original"
FILM = "film.json"
IDENTITY = re.compile(r"[0-9a-f]{32}")
FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,99}\.webp")

ClipId = Annotated[str, Field(pattern=rf"^{IDENTITY.pattern}$")]


class Limits(BaseModel):
    """How large a clip may be, and how long it is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes: int = Field(default=200 * 2**20, description="Of one file.")
    together: int = Field(default=4 * 2**30, description="Bytes of all clips that are kept.")
    seconds: float = Field(default=60.0, description="Length of a film.")
    frames: int = Field(default=7200, description="Frames of a film.")
    pixels: int = Field(default=4096 * 2304, description="Of a frame.")
    kept_for: float = Field(default=24 * 3600.0, description="Seconds after which a clip is deleted.")
    formats: tuple[str, ...] = ("mp4", "avi", "webm", "mkv", "gif")


LIMITS = Limits()


def format_of(head: bytes) -> str | None:
    """Which of the formats a file is, by its first bytes: its name says nothing. None: none of them."""
    if head[4:8] == b"ftyp":
        return "mp4"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "webm" if b"webm" in head[:64] else "mkv"
    return "gif" if head[:6] in (b"GIF87a", b"GIF89a") else None


class Film(BaseModel):
    """What decoding found. seconds: from the first frame to the end of the last. picture: a strip of the whole film."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: float
    frames: int
    fps: float
    width: int
    height: int
    codec: str
    picture: StreamPicture


class CheckSpec(BaseModel):
    """A clip is to be decoded once, to see that it can be and what it is.

    model, surveyed: it is not there yet: take the clip of that id from the model's sets; `drawn-N`: draw it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: Literal["check"] = "check"
    clip: ClipId
    model: Name | None = None
    surveyed: str = Field(default="", pattern=r"^([0-9a-f]{16}|drawn-\d{1,3})?$")

    @property
    def id(self) -> str:
        """Hash of what decides the outcome, which is the clip: 32 hexadecimal digits."""
        return identity({"check": self.clip})


class Clips:
    """The folder of clips. Everything that is made of a clip lies beside it and goes with it."""

    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER

    def place(self, identity: str) -> Path:
        """The folder of a clip, there or not. Raises ClipGone for what cannot be the id of one."""
        if not IDENTITY.fullmatch(identity):
            raise ClipGone(identity)
        return self.folder / identity

    def original(self, identity: str) -> Path:
        """The file as it was brought. Raises ClipGone."""
        path = self.place(identity) / ORIGINAL
        if not path.is_file():
            raise ClipGone(identity)
        return path

    def film(self, identity: str) -> Film | None:
        """What is known of it; None before it was decoded."""
        try:
            return Film.model_validate_json((self.place(identity) / FILM).read_bytes())
        except (OSError, ValidationError):
            return None

    def put(self, identity: str, name: str, value: BaseModel, media: Mapping[str, bytes]) -> None:
        """Keep pictures, then what they are of, as long as the clip is there. Raises ClipGone."""
        folder = self.place(identity)
        try:
            for file, data in {**media, name: value.model_dump_json().encode()}.items():
                part = folder / f".{file}.part"
                part.write_bytes(data)
                part.replace(folder / file)
        except FileNotFoundError as reason:
            raise ClipGone(identity) from reason

    def read(self, identity: str, name: str) -> bytes | None:
        """What was kept under a name, or None."""
        try:
            return (self.place(identity) / name).read_bytes()
        except OSError:
            return None

    def media(self, identity: str, file: str) -> bytes | None:
        """One picture, or None."""
        path = self.place(identity) / file
        return path.read_bytes() if FILE.fullmatch(file) and path.is_file() else None

    def remove(self, identity: str) -> None:
        """Delete a clip and all that was made of it. One that is not there is no matter."""
        shutil.rmtree(self.place(identity), ignore_errors=True)
