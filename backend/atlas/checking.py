"""Whether a folder is a whole and honest atlas: looked at before anything of it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from backend.atlas.manifest import FILE, FORMAT, Manifest
from contract.errors import KinetoscopeError

MANIFEST_AT_MOST = 256 * 2**20
"""Bytes: about a million files."""


class NotAnAtlas(KinetoscopeError):
    """The folder is no atlas, or it is damaged."""

    title = "Not an atlas"


class Checked:
    """An atlas whose files are what its manifest says, read through that manifest only."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.manifest = manifest
        self._folder = folder

    def paths(self, pattern: str) -> list[str]:
        """Paths that match, such as `api/v1/models/*.json`."""
        return [path for path in self.manifest.files if PurePosixPath(path).match(pattern)]

    def read(self, path: str) -> bytes:
        """A file. Raises NotAnAtlas for one that the manifest does not list, or that has changed since."""
        if path not in self.manifest.files:
            raise NotAnAtlas(f"{self._folder} does not hold {path!r}, which others of its files name.")
        return _file(self._folder, path, self.manifest)


def check(folder: Path, progress: Callable[[str, int, int], None]) -> Checked:
    """Look at every file. Raises NotAnAtlas, which names the first that is wrong."""
    manifest = _manifest(folder)
    for done, path in enumerate(manifest.files):
        progress("checksums", done, len(manifest.files))
        _file(folder, path, manifest)
    listed = {*manifest.files, FILE}
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder)
        if path.parts[0].startswith("."):  # of whoever put it on a host: .git, .nojekyll
            continue
        if file.is_symlink() or (not file.is_dir() and path.as_posix() not in listed):
            raise NotAnAtlas(f"{path} in {folder} is not of this atlas: its manifest does not list it.")
    return Checked(folder, manifest)


def _manifest(folder: Path) -> Manifest:
    file = folder / FILE
    if not file.is_file() or file.is_symlink():
        raise NotAnAtlas(f"{folder} is no atlas: it has no {FILE}.")
    if file.stat().st_size > MANIFEST_AT_MOST:
        raise NotAnAtlas(f"{file} is larger than {MANIFEST_AT_MOST // 2**20} MB: this is no manifest of an atlas.")
    try:
        manifest = Manifest.model_validate_json(file.read_bytes())
    except ValidationError as reason:
        raise NotAnAtlas(f"{file} is no manifest of an atlas of Kinetoscope.") from reason
    if manifest.format != FORMAT:
        raise NotAnAtlas(f"{folder} is an atlas of format {manifest.format}; this version reads format {FORMAT}.")
    return manifest


def _file(folder: Path, path: str, manifest: Manifest) -> bytes:
    """The bytes of a listed file. Raises NotAnAtlas unless they are those that the manifest means."""
    parts = PurePosixPath(path).parts
    if not parts or parts[0] == "/" or {"..", "."} & {*parts, *path.split("/")} or "\\" in path or "\0" in path:
        raise NotAnAtlas(f"The manifest of {folder} names {path!r}, which is no path inside it.")
    file = folder.joinpath(*parts)
    ways = [folder.joinpath(*parts[: depth + 1]) for depth in range(len(parts))]
    if any(way.is_symlink() for way in ways):
        raise NotAnAtlas(f"{path} in {folder} is a link to elsewhere: an atlas has none.")
    if not file.is_file():
        raise NotAnAtlas(f"{path} is missing in {folder}.")
    entry = manifest.files[path]
    data = file.read_bytes() if file.stat().st_size == entry.bytes else b""
    if len(data) != entry.bytes or hashlib.sha256(data).hexdigest() != entry.sha256:
        raise NotAnAtlas(f"{path} in {folder} is damaged: it does not have the checksum of the manifest.")
    return data
