"""The clip that a pyramid is about, found by its id among the sets of clips that a worker can read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from contract.analysis import DRAWN_FOR
from contract.archive import Archive
from contract.catalogue import ModelCard
from contract.errors import ClipProblem
from contract.pyramid import DRAWN_CLIP
from worker.analyses import collection, sets
from worker.analyses.collection import Entry
from worker.datasets import reader


def find(identity: str, card: ModelCard, archive: Archive, folders: Mapping[str, Path], *, cache: Path) -> Entry:
    """The clip with an id. folders: sets of clips by name. cache: folder for optical flow. Raises ClipProblem.

    Looked for among the drawn ones (demo), the folder that was surveyed last, and the folders of the settings.
    """
    number = DRAWN_CLIP.fullmatch(identity)
    if card.name == DRAWN_FOR:
        drawn, _ = sets.drawn(card)
        if number and int(number[1]) < len(drawn):
            return drawn[int(number[1])]
        if number:
            raise ClipProblem(f"There is no clip {identity!r}: drawn-0 to drawn-{len(drawn) - 1} are drawn.")
        known = {entry.id: entry for entry in drawn}
        if identity in known:
            return known[identity]
    elif number:
        raise ClipProblem(f"There is no clip {identity!r}: clips are drawn for the {DRAWN_FOR} only.")
    for folder in filter(None, [archive.surveyed_folder(), *folders.values()]):
        if folder.exists():
            for entry in collection.from_set(reader.find(folder, cache=cache), card):
                if entry.id == identity:
                    return entry
    raise ClipProblem(
        f"The clip {identity!r} is in no folder that this worker can read: survey its folder again, or name it in "
        "KINETOSCOPE_CLIPS."
    )
