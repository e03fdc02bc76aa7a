"""Makes an atlas of what is in a data folder. Reads only: neither folder nor queue is changed."""

from __future__ import annotations

import asyncio
import dataclasses
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path

from redis import Redis

from backend.app import PICTURES, create_app
from backend.atlas import frame, questions, takings
from backend.atlas.asking import Asking
from backend.atlas.columns import columns
from backend.atlas.contents import Computed, Contents, Held, computed, held
from backend.atlas.manifest import Counts, Manifest, ModelEntry
from backend.atlas.site import Site
from backend.indexes import Indexes
from backend.order import Order
from backend.routes.service import VERSION
from contract.archive import Archive
from contract.catalogue import ModelCard
from contract.coverage import Coverage
from contract.result import Result
from contract.settings import Settings
from contract.shelf import Shelf
from contract.spec import ENGINE_VERSION
from contract.store import Store

Progress = Callable[[str, int, int], None]
"""What is done, how much of how much."""

ARCHIVE = "archive"
"""Folder of findings as they are in a data folder, to be read back."""

PRIVATE = ("folder.json", "records")
"""Of findings: where the clips lie on this machine, and what only an analysis that goes on needs."""


@dataclasses.dataclass(frozen=True)
class Subject:
    """A model and all that there is of it."""

    card: ModelCard
    found: Computed
    held: Held
    archive: Archive


def subject(card: ModelCard, filed: Sequence[Result], data: Path) -> Subject:
    """What there is of a model, with what was `filed` of all."""
    archive = Archive(data, card.fingerprint)
    found = computed(card, filed)
    return Subject(card, found, held(card, found, archive), archive)


def export(
    cards: Sequence[ModelCard],
    out: Path,
    *,
    settings: Settings,
    scratch: Redis,
    progress: Progress,
    data: bool = False,
) -> Manifest:
    """Write an atlas of the models into the folder `out`. scratch: an empty server of nobody's.

    data: with the numbers of every picture and common files.
    """
    store = Store(scratch, settings.data / PICTURES)
    site = Site(out)
    filed = store.filed()
    subjects = [subject(card, filed, settings.data) for card in cards]
    _prepare(scratch, subjects)
    token = secrets.token_urlsafe()
    alone = dataclasses.replace(settings, token=token, rate=0, demo_card=out / "none", loopback=True)
    asking = Asking(create_app(alone, queue_server=scratch, picture_server=scratch), token)
    with ThreadPoolExecutor(1) as beside:  # this thread may have an event loop, as in a notebook
        beside.submit(asyncio.run, _answers(asking, subjects, site, progress)).result()
        beside.submit(asyncio.run, _takings(asking, subjects, site, progress, data=data)).result()
    indexes = Indexes(settings.data)
    order = Order(store, indexes)
    for each in subjects:
        _columns(each, order, indexes, site)
        _media(each, store, site, progress)
        _archive(each, site)
    _pages(subjects, settings.frontend, site)
    models = {each.card.name: each.held for each in subjects}
    site.put_json("atlas.json", Contents(version=VERSION, engine=ENGINE_VERSION, data=data, models=models))
    manifest = Manifest(version=VERSION, engine=ENGINE_VERSION, data=data, models=tuple(map(_entry, subjects)))
    return site.seal(manifest)


def _prepare(scratch: Redis, subjects: Sequence[Subject]) -> None:
    """Have the server know these models, what of them is computed, and no job."""
    shelf, coverage = Shelf(scratch), Coverage(scratch)
    for each in subjects:
        shelf.publish(each.card)
        coverage.add(each.found.results)
    coverage.mark_built()


async def _answers(asking: Asking, subjects: Sequence[Subject], site: Site, progress: Progress) -> None:
    """What the pages would be told."""
    each_of = [questions.of_model(each.card, each.held, each.found) for each in subjects]
    asked = list(chain(*each_of))
    await questions.answer(asking, _told(asked, progress), site)
    await _models(asking, {each.card.name for each in subjects}, site)


async def _takings(asking: Asking, subjects: Sequence[Subject], site: Site, progress: Progress, *, data: bool) -> None:
    """What can be taken along."""
    for each in subjects:
        if each.held.findings:
            path = f"/models/{each.card.name}/findings/summary.pdf"
            site.put(f"{questions.ROOT}{path}", (await asking.get(path)).body)
        await takings.figures(asking, each.card, each.found, site)
        if data:
            await takings.data(asking, each.card, each.found, site, partial(progress, f"files of {each.card.name}"))


async def _models(asking: Asking, names: set[str], site: Site) -> None:
    """The list of models, of those that are in the atlas."""
    said = (await asking.get("/models")).json
    items = [each for each in said["items"] if each["name"] in names]
    site.put_json(f"{questions.ROOT}/models.json", {"": {"answer": {**said, "items": items, "total": len(items)}}})


def _told(asked: Sequence[questions.Question], progress: Progress) -> Iterator[questions.Question]:
    for done, question in enumerate(asked):
        progress("answers", done, len(asked))
        yield question


def _columns(subject: Subject, order: Order, indexes: Indexes, site: Site) -> None:
    overview = subject.archive.overview()
    present = overview.present if overview else ()
    for path, units in subject.held.layers.items():
        layer = subject.card.layer(path)
        found = columns(subject.card, layer, units, order=order, indexes=indexes, classes=present)
        for name, values in found.items():
            site.put_json(f"{questions.ROOT}/models/{subject.card.name}/layers/{path}/columns/{name}.json", values)


def _media(subject: Subject, store: Store, site: Site, progress: Progress) -> None:
    """Pictures of units, and of the clips that were surveyed."""
    results = subject.found.results
    for done, result in enumerate(results):
        progress(f"pictures of {subject.card.name}", done, len(results))
        for name in sorted({file for stream in result.streams for file in (stream.strip, stream.poster)}):
            data = store.media(result.id, name)
            if data is not None:
                site.put(f"{questions.ROOT}/media/{result.id}/{name}", data)
    folder = subject.archive.folder / "clips"
    where = f"{questions.ROOT}/models/{subject.card.name}/findings/clips"
    for file in sorted(folder.glob("*/*.webp")):
        site.put(f"{where}/{file.relative_to(folder).as_posix()}", file.read_bytes())


def _archive(subject: Subject, site: Site) -> None:
    """Findings as they are kept, without the clips' pictures, which have their place."""
    folder = subject.archive.folder
    for file in sorted(folder.rglob("*.json*")):
        path = file.relative_to(folder)
        if file.suffix in (".json", ".jsonl") and path.parts[0] not in PRIVATE:
            site.put(f"{ARCHIVE}/{subject.card.fingerprint}/{path.as_posix()}", file.read_bytes())


def _pages(subjects: Sequence[Subject], frontend: Path, site: Site) -> None:
    for name, data in frame.files(frontend).items():
        site.put(name, data)
    index = (frontend / "index.html").read_text()
    for path, title in places(subjects):
        site.put(f"{path}/index.html".lstrip("/"), frame.page(index, path, title).encode())


def places(subjects: Sequence[Subject]) -> Iterator[tuple[str, str]]:
    """Every page, by its path, and its title."""
    yield from (("", "Kinetoscope"), ("about", "How to read the pictures"), ("compare", "Compare"))
    for each in subjects:
        card, base = each.card, f"models/{each.card.name}"
        title = card.title or card.name
        yield from ((base, title), (f"{base}/walk", f"Walk · {title}"), (f"{base}/classes", f"Classes · {title}"))
        for layer in card.layers:
            yield f"{base}/layers/{layer.path}", f"{layer.path} · {title}"
        for path, units in each.held.layers.items():
            for unit in units:
                name = card.label(path, unit) or f"Unit {unit}"
                yield f"{base}/layers/{path}/units/{unit}", f"{name} · {path} · {title}"
        for number in each.held.classes:
            yield f"{base}/classes/{number}", f"{card.classes[number]} · {title}"
        for first, second in each.held.pairs:
            for a, b in ((first, second), (second, first)):
                yield f"{base}/classes/{a}/against/{b}", f"{card.classes[a]} and {card.classes[b]} · {title}"
        if each.held.findings:
            yield f"{base}/findings", f"Findings · {title}"
        if each.held.pyramids:
            yield f"{base}/pyramid", f"Pyramid · {title}"


def _entry(subject: Subject) -> ModelEntry:
    card, held = subject.card, subject.held
    counts = Counts(
        layers=len(held.layers),
        units=sum(map(len, held.layers.values())),
        visualizations=len(subject.found.results),
        classes=len(held.classes),
        pyramids=len(held.pyramids),
    )
    return ModelEntry(
        name=card.name,
        title=card.title,
        fingerprint=card.fingerprint,
        weights=card.weights,
        licence=card.licence,
        citation=card.citation,
        counts=counts,
    )
