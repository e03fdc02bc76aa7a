"""What the pages of an atlas ask of the API, and the files that its answers are kept in.

A file is the address with `.json` at its end, and holds answers by query, `{"": ..., "seed=1": ...}`. What is asked of
a clip is kept by clip. The page knows the same rules (frontend/js/atlas.js).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from backend.atlas.asking import Asking
from backend.atlas.contents import Computed, Held
from backend.atlas.site import Site
from backend.desk import API
from contract.catalogue import ModelCard

ROOT = API.strip("/")
"""Where the API's files are in an atlas."""


@dataclass(frozen=True)
class Question:
    """One GET. clip: that is asked about."""

    path: str
    query: dict[str, Any] = field(default_factory=dict)
    clip: str | None = None

    @property
    def file(self) -> str:
        """Where the answer is kept."""
        return f"{ROOT}{self.path}{'' if self.clip is None else f'/{self.clip}'}.json"

    @property
    def key(self) -> str:
        """Under which the answer is kept in its file."""
        return "&".join(sorted(f"{name}={_text(value)}" for name, value in self.query.items()))


def of_model(card: ModelCard, held: Held, found: Computed) -> Iterator[Question]:
    """All that the pages of a model ask."""
    base = f"/models/{card.name}"
    yield from (Question(base), Question(f"{base}/coverage"), Question(f"{base}/findings"))
    yield from (Question(f"/visualizations/{result.id}") for result in found.others)
    for layer, units in held.layers.items():
        for unit in units:
            path = f"{base}/layers/{layer}/units/{unit}"
            ways = sorted({(), *found.ways.get((layer, unit), ())}, key=repr)
            yield from (Question(path, dict(way)) for way in ways)
    if held.findings:
        yield from _findings(card, base, held)
    for taken in held.pyramids:
        query = {"class": taken.label, "rival": taken.rival, "rows": taken.rows}
        given = {name: value for name, value in query.items() if value is not None}
        yield Question(f"{base}/pyramids", given, taken.clip)
        yield Question(f"{base}/pyramids/tubes", given, taken.clip)


def _findings(card: ModelCard, base: str, held: Held) -> Iterator[Question]:
    where = f"{base}/findings"
    yield from (Question(f"{where}/optima"), Question(f"{where}/clips"))
    yield from (Question(f"{where}/layers/{layer.path}/indexes") for layer in card.layers)
    for layer, units in held.layers.items():
        yield from (Question(f"{where}/layers/{layer}/units/{unit}") for unit in units)
    yield from (Question(f"{where}/classes/{number}") for number in held.classes)
    for first, second in held.pairs:
        for pair in (f"{first}/{second}", f"{second}/{first}"):
            yield from (Question(f"{where}/pairs/{pair}"), Question(f"{where}/pairs/{pair}/clips"))


async def answer(asking: Asking, questions: Iterator[Question], site: Site) -> None:
    """Ask them all and keep what is said; a problem is an answer too. Those of one file come one after the other."""
    kept: dict[str, dict[str, Any]] = defaultdict(dict)
    for question in questions:
        query = question.query if question.clip is None else {**question.query, "clip": question.clip}
        given = await asking.get(question.path, {name: _text(value) for name, value in query.items()})
        kept[question.file][question.key] = {"answer" if given.status == 200 else "problem": given.json}
    for file, answers in kept.items():
        site.put_json(file, answers)


def _text(value: object) -> str:
    """A value as a page writes it in an address."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
