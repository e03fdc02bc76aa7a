"""Answers workers elsewhere: gives them files of the data folder, and keeps what they made."""

from __future__ import annotations

import errno
import logging
from pathlib import Path

from redis.exceptions import RedisError

from backend.uploads import RECORD
from contract import work
from contract.analysis import AnalysisSpec
from contract.archive import NAME, OVERVIEW, Archive
from contract.clip import FOLDER, LIMITS, ORIGINAL, CheckSpec
from contract.errors import ClipGone, KinetoscopeError
from contract.post import PARCEL, Answer, Letter, Piece, Post
from contract.queue import JobQueue
from contract.spec import VisualizationSpec
from contract.work import Study

KEPT = (".json", ".jsonl", ".webp")
"""Endings of what studies make."""

DEEP = 4
"""Names of a path at most."""

PASSES = (errno.ENOSPC, errno.EDQUOT)
"""A full disk: the letter waits until there is room."""

log = logging.getLogger(__name__)


class Forbidden(KinetoscopeError):
    """A worker asks for what its job has nothing to do with."""

    status = 403
    title = "Not for this job"


class Porter:
    """At the door of one data folder. A letter reaches the folder of the clip, or the findings, that its job is about.

    Called by the one thread that files.
    """

    def __init__(self, data: Path, *, post: Post, queue: JobQueue) -> None:
        self._data, self._post, self._queue = data, post, queue

    def round(self) -> bool:
        """Answer what waits; whether anything did. Raises OSError where the disk is full."""
        letters = self._post.letters()
        for letter in letters:
            self._answer(letter)
        return bool(letters)

    def _answer(self, letter: Letter) -> None:
        contents = self._post.contents(letter) if letter.what == "keep" else []
        if contents is None:
            self._post.drop(letter)  # the cache lost them: they are sent again
            return
        try:
            answer, data = self._do(letter, contents)
        except KinetoscopeError as refused:
            answer, data = Answer(problem=refused.detail), b""
        except RedisError:
            raise
        except Exception as trouble:  # whatever it was: one letter must not hold up all that is to be filed
            if isinstance(trouble, OSError) and trouble.errno in PASSES:
                raise
            log.exception("A letter about the job %s cannot be answered", letter.job)
            answer, data = Answer(problem=f"The server cannot do that: {trouble}"), b""
        self._post.answer(letter, answer, data)

    def _do(self, letter: Letter, contents: list[bytes]) -> tuple[Answer, bytes]:
        study = self._study(letter.job)
        if letter.what == "fetch":
            return _read(self._path(study, letter.pieces[0]), letter.pieces[0])
        paths = [self._path(study, piece) for piece in letter.pieces]
        for path, piece in zip(paths, letter.pieces, strict=True):
            _check(study, path, piece)
        for path, piece, part in zip(paths, letter.pieces, contents, strict=True):
            _keep(path, piece, part)
        if isinstance(study, AnalysisSpec) and any(piece.path == OVERVIEW for piece in letter.pieces):
            Archive(self._data, study.fingerprint).forget_classes()  # as the one who analyses has done at home
        return Answer(), b""

    def _study(self, identity: str) -> Study:
        """What a job is about that is being done right now. Raises Forbidden."""
        record = self._queue.records([identity]).get(identity)
        if record is None or record.state != "running" or isinstance(record.spec, VisualizationSpec):
            raise Forbidden("Nobody is to do this job any more.")
        return record.spec

    def _path(self, study: Study, piece: Piece) -> Path:
        """Where a piece is. Raises Forbidden for a path that leads elsewhere, ClipGone."""
        kind, _, name = work.place(study).partition("/")
        folder = (self._data / kind).resolve() / name
        if kind == FOLDER and not folder.is_dir():
            raise ClipGone(name)
        names = piece.path.split("/")
        path = folder.joinpath(*names) if all(map(NAME.fullmatch, names)) and len(names) <= DEEP else None
        if path is None or path.resolve() != path:
            raise Forbidden(f"{piece.path!r} is no path of a file that this job may ask for.")
        return path


def _check(study: Study, path: Path, piece: Piece) -> None:
    """Raises Forbidden for what the study does not make, or too much of it."""
    fetched = isinstance(study, CheckSpec) and bool(study.surveyed) and piece.path == ORIGINAL
    if not fetched and (path.suffix not in KEPT or piece.path == RECORD):
        raise Forbidden(f"{piece.path!r} is nothing that this job makes.")
    if piece.size > LIMITS.bytes:
        raise Forbidden(f"{piece.path!r} has {piece.size} bytes; at most {LIMITS.bytes} are kept.")


def _read(path: Path, piece: Piece) -> tuple[Answer, bytes]:
    try:
        with path.open("rb") as file:
            file.seek(piece.offset)
            data = file.read(PARCEL)
        return Answer(size=path.stat().st_size), data
    except FileNotFoundError:
        return Answer(), b""


def _keep(path: Path, piece: Piece, data: bytes) -> None:
    """Write what there is of a file; the last part makes it one. Raises Forbidden where a part is missing before it."""
    end, draft = piece.offset + len(data), path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    if piece.offset == 0:
        draft.write_bytes(data)
    elif draft.is_file() and piece.offset <= draft.stat().st_size:
        with draft.open("r+b") as file:
            file.seek(piece.offset)
            file.write(data)
    elif end == piece.size and path.is_file() and path.stat().st_size == piece.size:
        return  # it was kept, and word of it was lost
    else:
        raise Forbidden(f"Of {piece.path!r} what comes before byte {piece.offset} is missing.")
    if end >= piece.size:
        draft.replace(path)
