"""The clips that a pyramid is about, found by id or class among the sets of clips that a worker can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from torch import Tensor

from contract.analysis import DRAWN_FOR
from contract.archive import Archive
from contract.catalogue import ModelCard
from contract.clip import Clips
from contract.errors import ClipGone, ClipProblem
from contract.pyramid import BROUGHT_CLIP, DRAWN_CLIP, MOST_CLIPS, class_of
from worker.analyses import collection, sets
from worker.analyses.collection import Entry
from worker.datasets import reader
from worker.probing import timeline


@dataclass(frozen=True)
class Source:
    """Where the clips of a model are: those that were `brought`, the drawn ones (demo), the folder that was surveyed
    last, as its archive says, and the folders of the settings by name. cache: for optical flow.
    """

    card: ModelCard
    archive: Archive
    folders: Mapping[str, Path]
    cache: Path
    brought: Clips | None = None

    def entries(self, clip: str) -> list[Entry]:
        """The clip with an id, or those of the class that it names. Raises ClipProblem, ClipGone."""
        number = class_of(clip)
        return [self.find(clip)] if number is None else self.of_class(number)

    def find(self, identity: str) -> Entry:
        """The clip with an id. Raises ClipProblem, ClipGone."""
        own = BROUGHT_CLIP.fullmatch(identity)
        if own and self.brought is not None:
            at = None if own[2] is None else int(own[2]) / 1000
            return _brought(own[1], self.brought, self.card, at=at, identity=identity)
        number = DRAWN_CLIP.fullmatch(identity)
        if self.card.name == DRAWN_FOR:
            drawn, _ = sets.drawn(self.card)
            if number and int(number[1]) < len(drawn):
                return drawn[int(number[1])]
            if number:
                raise ClipProblem(f"There is no clip {identity!r}: drawn-0 to drawn-{len(drawn) - 1} are drawn.")
            known = {entry.id: entry for entry in drawn}
            if identity in known:
                return known[identity]
        elif number:
            raise ClipProblem(f"There is no clip {identity!r}: clips are drawn for the {DRAWN_FOR} only.")
        for entries in self._sets():
            for entry in entries:
                if entry.id == identity:
                    return entry
        raise ClipProblem(
            f"The clip {identity!r} is in no folder that this worker can read: survey its folder again, or name it in "
            "KINETOSCOPE_CLIPS."
        )

    def of_class(self, label: int) -> list[Entry]:
        """At most MOST_CLIPS clips of a class, evenly from the first set that has any. Raises ClipProblem."""
        drawn = [sets.drawn(self.card)[0]] if self.card.name == DRAWN_FOR else []
        for entries in chain(drawn, self._sets()):
            own = [entry for entry in entries if entry.label == label]
            if own:
                count = min(MOST_CLIPS, len(own))
                return [own[i * len(own) // count] for i in range(count)]
        raise ClipProblem(
            f"No clip of {self.card.classes[label]!r} is in a folder that this worker can read: survey one with "
            "labels, or name it in KINETOSCOPE_CLIPS."
        )

    def _sets(self) -> Iterator[list[Entry]]:
        """The folder that was surveyed last, then those of the settings."""
        for folder in filter(None, [self.archive.surveyed_folder(), *self.folders.values()]):
            if folder.exists():
                yield collection.from_set(reader.find(folder, cache=self.cache), self.card)


def _brought(clip: str, clips: Clips, card: ModelCard, *, at: float | None, identity: str) -> Entry:
    film = clips.film(clip)
    if film is None:
        raise ClipGone(clip)
    middle = film.seconds / 2 if at is None else at

    def read(_speed: float) -> list[Tensor]:
        return timeline.about(clips.original(clip), card.streams, middle, seconds=film.seconds)

    return Entry(name=f"{middle:.1f} s of your clip", label=None, read=read, own=identity)
