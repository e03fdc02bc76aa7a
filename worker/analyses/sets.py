"""Sets of clips by name: the one drawn for the demo, and those that the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from contract.analysis import DRAWN, DRAWN_FOR, DRAWN_SOURCE
from contract.catalogue import ModelCard
from contract.errors import UnknownClips
from worker.analyses import collection
from worker.analyses.collection import Entry
from worker.datasets import reader

COUNT = 200
"""Clips drawn of either kind, easy and hard."""

SEED = 903
"""Neither training nor tuning saw clips of this seed."""


def drawn(card: ModelCard, *, count: int = COUNT) -> tuple[list[Entry], str]:
    """The drawn set, and what it is in words."""
    return collection.drawn_in_turn(count, SEED, streams=card.streams), DRAWN_SOURCE


def named(name: str, card: ModelCard, places: Mapping[str, Path], *, cache: Path) -> tuple[list[Entry], str]:
    """A set by its name. cache: folder for optical flow. Raises UnknownClips, ClipProblem."""
    if name == DRAWN and card.name == DRAWN_FOR:
        return drawn(card)
    if name not in places:
        raise UnknownClips(name, places)
    return collection.from_set(reader.find(places[name], cache=cache), card), name
