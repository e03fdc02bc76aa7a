"""Studies where the server's data folder is not shared: by letters to the server."""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from contract import work
from contract.ablation import AblationSpec
from contract.analysis import AnalysisSpec
from contract.archive import CLIP, OVERVIEW
from contract.catalogue import ModelCard
from contract.clip import FILM, LIMITS, ORIGINAL, CheckSpec
from contract.clip import FOLDER as CLIPS
from contract.errors import KinetoscopeError
from contract.post import PARCEL, PIECES, Answer, Letter, Piece, Post
from contract.probe import ProbeSpec
from contract.pyramid import BROUGHT_CLIP, PyramidSpec
from contract.work import Study

FOLDER = "abroad"
"""Inside the worker's own data folder."""

RECORDS = "records"
"""What a survey leaves there for itself, to go on from. It stays."""

KEPT_FOR = 7 * 86400
"""Seconds after which nobody comes back to go on with a survey."""

MOMENT = 0.25
"""Seconds after which one looks again whether one is at home: the server may just be saying anew where that is."""

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and of how much."""

Do = Callable[[Path, Progress], None]
"""A study, given the data folder that it reads and writes."""


class NotKept(KinetoscopeError):
    """The server does not give what a study needs, or does not keep what it made."""

    title = "Not kept by the server"


class Abroad:
    """Does studies in `data` if that is the server's data folder, else in one that is given what they read.

    What a study writes there is in the server's data folder before it counts as done.
    """

    def __init__(self, data: Path, *, post: Post, at_home: Callable[[], bool]) -> None:
        self.data, self._post, self._at_home = data, post, at_home
        self._folder = data / FOLDER

    def __call__(self, study: Study, card: ModelCard | None, do: Do, progress: Progress) -> None:
        """Do a study. Raises NotKept, and what `do` and `progress` raise."""
        if self._is_at_home():
            do(self.data, progress)
            return
        self._expire()
        own = self._folder / study.id
        if not _goes_on(study):
            shutil.rmtree(own, ignore_errors=True)
        errand = _Errand(own / work.place(study), job=study.id, post=self._post, progress=progress)
        try:
            errand.fetch(read_by(study, card))
            do(own, errand.watch if _is_optima(study) else progress)
            errand.deliver()
        finally:
            if not _goes_on(study):
                shutil.rmtree(own, ignore_errors=True)

    def _is_at_home(self) -> bool:
        if not self._at_home():
            time.sleep(MOMENT)
        return self._at_home()

    def _expire(self) -> None:
        """Remove what was left by workers that died, and what nobody came back for."""
        for own in self._folder.glob("*"):
            with suppress(OSError):  # another worker was quicker
                touched = max(each.stat().st_mtime for each in (own, *own.rglob("*")) if each.is_dir())
                kept_for = LIMITS.kept_for if (own / CLIPS).is_dir() else KEPT_FOR
                if time.time() - touched > kept_for:
                    shutil.rmtree(own)


class _Errand:
    """Between `place`, where a study is done, and its like in the server's data folder."""

    def __init__(self, place: Path, *, job: str, post: Post, progress: Progress) -> None:
        self._place, self._job, self._post, self._progress = place, job, post, progress
        self._known: dict[str, int] = {}
        place.mkdir(parents=True, exist_ok=True)

    def fetch(self, names: Sequence[str]) -> None:
        """Have files here as they are there; those that are not there are not here either."""
        for name in names:
            path = self._place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if self._fetch(name, path):
                self._known[name] = path.stat().st_mtime_ns

    def watch(self, phase: str, done: int, total: int) -> None:
        """Progress of a study whose parts are of use before it is done: they are delivered meanwhile."""
        self.deliver()
        self._progress(phase, done, total)

    def deliver(self) -> None:
        """Have there what was written here since. Raises NotKept."""
        new = {name: stamp for name, stamp in _written(self._place) if self._known.get(name) != stamp}
        left = len(new)
        for letter, contents in _letters(self._place, list(new), self._job):
            self._ask(letter, contents, phase=("filing", len(new) - left, len(new)))
            left -= sum(
                piece.offset + len(part) >= piece.size for piece, part in zip(letter.pieces, contents, strict=True)
            )
        self._known |= new

    def _fetch(self, name: str, path: Path) -> bool:
        draft = path.with_name(f".{path.name}.part")
        offset, size = 0, 1
        with draft.open("wb") as file:
            while offset < size:
                letter = _letter(self._job, "fetch", [Piece(path=name, offset=offset)])
                answer, data = self._ask(letter, phase=("fetching", offset // PARCEL, -(-size // PARCEL)))
                if answer.size is None or not data:
                    break
                file.write(data)
                offset, size = offset + len(data), answer.size
        if offset >= size:
            draft.replace(path)
        draft.unlink(missing_ok=True)
        return offset >= size

    def _ask(
        self, letter: Letter, contents: Sequence[bytes] = (), *, phase: tuple[str, int, int]
    ) -> tuple[Answer, bytes]:
        answer, data = self._post.ask(letter, contents, wait=lambda: self._progress(*phase))
        if answer.problem:
            raise NotKept(answer.problem)
        return answer, data


def read_by(study: Study, card: ModelCard | None) -> list[str]:
    """The files that a study reads, inside its place; there or not."""
    if isinstance(study, CheckSpec):
        return [] if study.surveyed else [ORIGINAL]
    if isinstance(study, ProbeSpec):
        return [ORIGINAL]
    if isinstance(study, PyramidSpec | AblationSpec):
        return [ORIGINAL, FILM] if BROUGHT_CLIP.fullmatch(study.clip) else [f"clips/{study.clip}/{CLIP}"]
    return [f"optima/{layer.path}.json" for layer in card.layers] if card and _is_optima(study) else []


def _is_optima(study: Study) -> bool:
    return isinstance(study, AnalysisSpec) and study.what == "optima"


def _goes_on(study: Study) -> bool:
    """Whether what a study was at is of use to the next attempt."""
    return isinstance(study, AnalysisSpec) and study.what == "clips"


def _written(place: Path) -> list[tuple[str, int]]:
    """Names of files and when they were written, in the order that they are to arrive in: what tells of others last."""
    paths = [path for path in place.rglob("*") if path.is_file()]
    named = [(path.relative_to(place), path.stat().st_mtime_ns) for path in paths]
    made = [each for each in named if each[0].parts[0] != RECORDS and each[0].suffix != ".part"]
    return [(name.as_posix(), stamp) for name, stamp in sorted(made, key=lambda each: (_rank(each[0]), each[1]))]


def _rank(name: Path) -> int:
    if name.name == OVERVIEW:
        return 3
    return 0 if name.suffix not in (".json", ".jsonl") else 1 if name.stem.endswith("-tubes") else 2


def _letters(place: Path, names: Sequence[str], job: str) -> Iterator[tuple[Letter, list[bytes]]]:
    """Files in letters that are not too large, with their contents; a large file in several."""
    pieces: list[Piece] = []
    contents: list[bytes] = []
    for name in names:
        size, offset = (place / name).stat().st_size, 0
        with (place / name).open("rb") as file:
            while offset == 0 or offset < size:
                data = file.read(min(PARCEL, size - offset))
                if pieces and (len(pieces) == PIECES or sum(map(len, contents)) + len(data) > PARCEL):
                    yield _letter(job, "keep", pieces), contents
                    pieces, contents = [], []
                pieces.append(Piece(path=name, offset=offset, size=size))
                contents.append(data)
                offset += len(data) or 1
    if pieces:
        yield _letter(job, "keep", pieces), contents


def _letter(job: str, what: Literal["fetch", "keep"], pieces: Sequence[Piece]) -> Letter:
    return Letter(id=uuid.uuid4().hex, job=job, what=what, pieces=tuple(pieces))
