"""Which set of clips the findings of a model are over: a job about one of them goes to who has it."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from contract.ablation import AblationSpec
from contract.analysis import DRAWN, DRAWN_SOURCE
from contract.archive import Archive
from contract.clip import CheckSpec
from contract.errors import UnknownModel
from contract.needs import Surveyed
from contract.pyramid import PyramidSpec
from contract.shelf import Shelf
from contract.work import Work


class Surveyor:
    """Knows the findings of one data folder. sets: names of the sets of clips that may be analysed."""

    def __init__(self, data: Path, shelf: Shelf, sets: Container[str]) -> None:
        self._data, self._shelf, self._sets = data, shelf, sets

    def __call__(self, work: Work) -> Surveyed | None:
        """For a request that may be about clips of a set; None: not known, or a folder of the server's machine."""
        fingerprint = self._fingerprint(work)
        name = self._set(Archive(self._data, fingerprint)) if fingerprint else None
        return Surveyed(fingerprint, name) if fingerprint and name else None

    def _set(self, archive: Archive) -> str | None:
        overview = archive.overview()
        if overview is None or archive.surveyed_folder():
            return None
        if overview.source == DRAWN_SOURCE:
            return DRAWN
        return overview.source if overview.source in self._sets else None

    def _fingerprint(self, work: Work) -> str | None:
        if isinstance(work, PyramidSpec | AblationSpec):
            return work.fingerprint
        try:
            return self._shelf.card(work.model).fingerprint if isinstance(work, CheckSpec) and work.model else None
        except UnknownModel:
            return None
