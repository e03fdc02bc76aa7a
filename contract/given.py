"""Cards of models that came with an atlas: files in the data folder. What was computed of them can be looked at."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import ValidationError

from contract.catalogue import ModelCard
from contract.errors import ModelProblem
from contract.written import write

FOLDER = "given"
"""Not that of the cards of models that this machine can build: one name may be in both."""

NAME = re.compile(r"[A-Za-z0-9_\-][A-Za-z0-9_.\-]{0,199}")


class Given:
    """The cards in a data folder."""

    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER

    def put(self, card: ModelCard) -> None:
        """Keep a card, in the place of an earlier one of that name. Raises ModelProblem for what is no name."""
        if not NAME.fullmatch(card.name):
            raise ModelProblem(f"{card.name!r} cannot be the name of a model: letters, digits, '_', '.' and '-' can.")
        write(self.folder / f"{card.name}.json", card.model_dump_json().encode())

    def cards(self) -> list[ModelCard]:
        """Those that this version can read."""
        found = []
        for file in sorted(self.folder.glob("[!.]*.json")):
            try:
                found.append(ModelCard.model_validate_json(file.read_bytes()))
            except ValidationError:
                continue
        return found

    def age(self) -> float:
        """Changes with the cards."""
        return self.folder.stat().st_mtime if self.folder.is_dir() else 0.0
