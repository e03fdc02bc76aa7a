"""A file from the network: with progress, going on where it was interrupted, checked, and never half under its name."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import shutil
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError, URLError

from contract.errors import ModelProblem

CHUNK = 1 << 18
TIMEOUT = 30.0
ATTEMPTS = 3
"""How often a broken connection is taken up again before the user has to."""

Progress = Callable[[int, int | None], None]
"""Bytes that are there, bytes in all (None: not known)."""


def silent(_done: int, _total: int | None) -> None:
    """No progress."""


class _Broken(Exception):
    """The connection ended early; what has come is kept."""


def fetch(url: str, target: Path, *, checksum: str, progress: Progress = silent, pause: float = 1.0) -> str:
    """Download `url` to `target` and return its SHA-256. checksum: how that must begin; empty: not known.

    Raises ModelProblem: not reachable, not there, interrupted, another file than expected, no room, no right to write.
    """
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _transfer(url, part, progress, pause)
        found = sha256(part)
        if not found.startswith(checksum):
            _discard(part)
            raise ModelProblem(
                f"{url} gave another file than expected: its SHA-256 is {found}, not {checksum}... Nothing was kept. "
                "A proxy may have answered in its place; try again or get the file another way."
            )
        part.replace(target)
        _note(part).unlink(missing_ok=True)
        return found
    except OSError as reason:
        if reason.errno in (errno.ENOSPC, errno.EDQUOT):
            _discard(part)
            raise ModelProblem(f"The disk with {target.parent} is full; nothing was kept.") from reason
        raise ModelProblem(f"{target.parent} cannot be written to: {reason.strerror or reason}.") from reason


def sha256(file: Path) -> str:
    """The hash of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _transfer(url: str, part: Path, progress: Progress, pause: float) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _receive(url, part, progress)
        except (_Broken, TimeoutError, ConnectionError, HTTPException) as reason:
            if attempt == ATTEMPTS:
                there = part.stat().st_size if part.is_file() else 0
                raise ModelProblem(
                    f"The download of {url} was interrupted after {there:,} bytes ({reason}). "
                    "The same command goes on from there."
                ) from reason
            time.sleep(pause * attempt)
        except HTTPError as reason:
            if reason.code == 416:  # what is there is not a part of what is offered now
                _discard(part)
                continue
            raise ModelProblem(f"{url} answers {reason.code} ({reason.reason}).") from reason
        except URLError as reason:
            raise ModelProblem(f"{url} cannot be reached: {reason.reason}.") from reason
    raise ModelProblem(f"{url} does not give the file.")


def _receive(url: str, part: Path, progress: Progress) -> None:
    there = part.stat().st_size if part.is_file() else 0
    request = urllib.request.Request(url)
    if not request.type.startswith("http"):
        raise ModelProblem(f"{url} is no web address.")
    mark = _mark(part)
    if there and mark:
        request.add_header("Range", f"bytes={there}-")
        request.add_header("If-Range", mark)
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
        resumes = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {there}-")
        there = there if resumes else 0
        length = answer.headers.get("Content-Length")
        total = there + int(length) if length and length.isdigit() else None
        _check_room(part.parent, (total or there) - there)
        if not resumes:
            _note(part).write_text(json.dumps(answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""))
        _write(answer, part, there, total, progress)


def _write(answer: HTTPResponse, part: Path, there: int, total: int | None, progress: Progress) -> None:
    with part.open("ab" if there else "wb") as file:
        while True:
            progress(there, total)
            chunk = answer.read(CHUNK)
            if not chunk:
                break
            file.write(chunk)
            there += len(chunk)
    if total is not None and there < total:
        raise _Broken(f"{total - there:,} bytes are missing")


def _check_room(folder: Path, wanted: int) -> None:
    free = shutil.disk_usage(folder).free
    if wanted > free:
        raise ModelProblem(f"{folder} has {free / 1e6:.0f} MB left, and {wanted / 1e6:.0f} MB are needed.")


def _note(part: Path) -> Path:
    """Which version of the file a part is of."""
    return part.with_name(part.name + ".json")


def _mark(part: Path) -> str:
    try:
        return str(json.loads(_note(part).read_text()))
    except (OSError, ValueError):
        return ""


def _discard(part: Path) -> None:
    with contextlib.suppress(OSError):
        part.unlink(missing_ok=True)
        _note(part).unlink(missing_ok=True)
