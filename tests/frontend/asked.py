"""A request to the mock server, as its parts take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Answer = tuple[Any, int]
"""JSON (None: no body) and a status."""


@dataclass(frozen=True)
class Asked:
    """parts: of the path, below /api/v1/."""

    method: str
    parts: list[str]
    query: dict[str, str]
    body: dict[str, Any]

    @property
    def begins(self) -> bool:
        """Whether something is to be computed, not only looked up."""
        return self.method == "POST"
