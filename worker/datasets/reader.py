"""The reader: from a folder, an annotation file or a description of a data set to its clips (docs/data.md)."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from contract.errors import ClipProblem
from worker import clips
from worker.datasets import egtea, epic_kitchens, footage, hmdb51, kinetics, ucf101
from worker.datasets.annotation import Annotation, Format, Options, lines
from worker.datasets.flow_cache import FlowCache
from worker.datasets.flow_images import FlowImages
from worker.datasets.footage import Clip, Footage

FORMATS: tuple[Format, ...] = (ucf101, hmdb51, kinetics, epic_kitchens, egtea)
"""Modules that each know the annotations of one data set. (Kinetics and EPIC-Kitchens differ in their columns.)"""

ENTRIES = ("annotations", "videos", "split", "label", "flow")
"""Entries of a description."""


@dataclass(frozen=True)
class DataSet:
    """Clips, what is annotated but not here, and where their motion comes from. root: folder of the videos.

    plain: it is a folder of videos, whose name is its own.
    """

    name: str
    root: Path
    clips: list[Clip]
    flow: FlowCache | FlowImages
    missing: list[str] = field(default_factory=list)
    plain: bool = False

    def motion(self, clip: Clip) -> clips.Motion:
        """What gives the optical flow of a clip."""
        return partial(self.flow.fields, clip)

    def name_of(self, clip: Clip) -> str:
        """The clip's file below the folder of the videos, and the part of it that is meant."""
        return clip.name.removeprefix(f"{self.root}{os.sep}")

    @property
    def origin(self) -> str:
        """Where the clips come from, in words: `of ucf101`, `from clips/`."""
        return f"from {self.name}/" if self.plain else f"of {self.name}"

    @property
    def words(self) -> str:
        """How many videos are not here, empty where none is."""
        total = len(self.clips) + len(self.missing)
        return (
            f"{len(self.missing)} of {total} clips are not here, the first {self.missing[0]}." if self.missing else ""
        )


def find(place: Path, *, cache: Path) -> DataSet:
    """The clips of a folder of videos, of an annotation file beside its videos, or of a description (.toml).

    cache: folder for optical flow. Raises ClipProblem, which names the file, the line and what is allowed.
    """
    if place.suffix == ".toml":
        return _described(place, cache)
    flow = FlowCache(cache)
    known = _format(place)
    if known is None:
        return DataSet(place.resolve().name, place, footage.plain(place), flow, plain=True)
    return _annotated(place, known.read(place, Options()), _beside(place), flow)


def _described(file: Path, cache: Path) -> DataSet:
    entries = _entries(file)
    flow = _flow(entries.get("flow", ""), file, cache)
    videos = (file.parent / entries["videos"]).resolve() if "videos" in entries else None
    if "annotations" not in entries:
        root = videos or file.parent
        return DataSet(file.stem, root, footage.plain(root), flow)
    place = (file.parent / entries["annotations"]).resolve()
    known = _format(place)
    if known is None:
        allowed = "; ".join(each.NAME for each in FORMATS)
        raise ClipProblem(f"{file}: annotations {str(place)!r} is none that is known. Known are: {allowed}.")
    options = Options(entries.get("split", ""), entries.get("label", ""))
    made = _annotated(place, known.read(place, options), videos or _beside(place), flow)
    return replace(made, name=file.stem)


def _entries(file: Path) -> dict[str, str]:
    try:
        entries = tomllib.loads(file.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as reason:
        raise ClipProblem(f"{file} cannot be read as TOML: {reason}.") from reason
    for name, value in entries.items():
        if name not in ENTRIES:
            near = difflib.get_close_matches(name, ENTRIES, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise ClipProblem(f"{file}: there is no entry {name!r}.{hint} Known are {', '.join(ENTRIES)}.")
        if not isinstance(value, str):
            raise ClipProblem(f"{file}: {name} is {value!r}; it must be text.")
    return entries


def _flow(text: str, file: Path, cache: Path) -> FlowCache | FlowImages:
    folder = (file.parent / text).resolve()
    if text and folder.is_dir():
        return FlowImages(folder)
    try:
        return FlowCache(cache, text or "dis")
    except ClipProblem as reason:
        raise ClipProblem(f"{file}: {reason}") from reason


def _format(place: Path) -> Format | None:
    """The module that knows the annotations at `place`; None for a folder of videos. Raises ClipProblem."""
    first = lines(place)[:1] if place.is_file() else []
    known = next((each for each in FORMATS if each.recognizes(place, first[0][1] if first else "")), None)
    if known is None and place.is_file():
        allowed = "; ".join(each.NAME for each in FORMATS)
        start = f"line {first[0][0]}: {first[0][1][:60]!r}" if first else "which is empty"
        raise ClipProblem(f"{place}, {start}: not a list of clips that is known. Known are: {allowed}.")
    return known


def _beside(place: Path) -> Path:
    """Where the videos of an annotation file are looked for: in its folder, else one above."""
    folder = place if place.is_dir() else place.parent
    return folder if any(p.suffix.lower() in footage.SUFFIXES for p in folder.rglob("*")) else folder.parent


def _annotated(place: Path, annotations: Sequence[Annotation], videos: Path, flow: FlowCache | FlowImages) -> DataSet:
    known = Footage(videos)
    found, missing = [], []
    for annotation in annotations:
        clip = _located(annotation, known)
        if clip:
            found.append(clip)
        else:
            missing.append(annotation.cuts[0].stem)
    if not found:
        first = f", the first {missing[0]!r}" if missing else ""
        raise ClipProblem(f"None of the {len(missing)} videos that {place} names is below {videos}{first}.")
    return DataSet(place.stem, videos, found, flow, missing)


def _located(annotation: Annotation, known: Footage) -> Clip | None:
    for cut in annotation.cuts:
        path = known.find(cut.stem, annotation.label)
        if path:
            return Clip(path, annotation.label, cut.start, cut.end)
    return None
