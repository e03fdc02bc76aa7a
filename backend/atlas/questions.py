"""What the pages of an atlas ask of the API, and the files that its answers are kept in.

A file is the address with `.json` at its end, and holds answers by query, `{"": ..., "seed=1": ...}`. What is asked of
a clip is kept by clip. The page knows the same rules (frontend/js/atlas.js).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from backend.atlas.asking import Asking
from backend.atlas.contents import Computed, Held, Taken
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
    pyramids = sorted(held.pyramids, key=lambda taken: taken.clip)  # a file holds those of a clip
    for path in (f"{base}/pyramids", f"{base}/pyramids/tubes"):
        yield from (Question(path, _taken(each), each.clip) for each in pyramids)


def _taken(pyramid: Taken) -> dict[str, Any]:
    wanted = {"class": pyramid.label, "rival": pyramid.rival, "rows": pyramid.rows}
    return {name: value for name, value in wanted.items() if value is not None}


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
    for file, group in itertools.groupby(questions, key=lambda question: question.file):
        site.put_json(file, {question.key: await _said(asking, question) for question in group})


async def _said(asking: Asking, question: Question) -> dict[str, Any]:
    query = question.query if question.clip is None else {**question.query, "clip": question.clip}
    given = await asking.get(question.path, {name: _text(value) for name, value in query.items()})
    return {"answer" if given.status == 200 else "problem": given.json}


def _text(value: object) -> str:
    """A value as a page writes it in an address."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
