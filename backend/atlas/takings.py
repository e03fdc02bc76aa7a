"""What readers take along from an atlas: figures, and if they shall have them the numbers of every picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from backend.atlas.asking import Asking
from backend.atlas.contents import Computed
from backend.atlas.questions import ROOT
from backend.atlas.site import Site
from contract.catalogue import ModelCard
from contract.result import Result
from contract.variants import variant_of

ON_A_SHEET = 24
"""Units of a layer on its figure."""

SHOWN = ("still", "slow", "fast")
"""Variants as a page shows them."""


async def figures(asking: Asking, card: ModelCard, found: Computed, site: Site) -> None:
    """The sheet of each layer, and all findings on some."""
    by_layer: dict[str, list[Result]] = defaultdict(list)
    for result in _usual(card, found):
        by_layer[result.spec.layer].append(result)
    for layer, results in by_layer.items():
        units = sorted({result.spec.unit for result in results})[:ON_A_SHEET]
        shown = [result.id for result in results if result.spec.unit in units]
        await _keep(asking, site, "/figures/plate.pdf", f"/figures/plate/{card.name}/{layer}.pdf", ids=",".join(shown))


async def data(asking: Asking, card: ModelCard, found: Computed, site: Site, tell: Callable[[int, int], None]) -> None:
    """Of every visualization: its arrays, a loop or a still of each input; of every unit: its figure."""
    strips = list(_strips(found))
    whole = len(found.results) + len(strips)
    for done, result in enumerate(found.results):
        tell(done, whole)
        loops = [f"{stream.name}.{'webp' if stream.frames > 1 else 'png'}" for stream in result.streams]
        for name in ("all.npz", *loops):
            path = f"/visualizations/{result.id}/files/{name}"
            zoom = {} if name == "all.npz" else {"zoom": "2"}
            await _keep(asking, site, path, path, **zoom)
    for done, ids in enumerate(strips):
        tell(len(found.results) + done, whole)
        for form in ("png", "pdf"):
            await _keep(asking, site, f"/figures/strip.{form}", f"/figures/strip/{ids[0]}.{form}", ids=",".join(ids))


def _usual(card: ModelCard, found: Computed) -> list[Result]:
    """As units are shown at first, in the order of layers, units and variants."""
    order = {layer.path: place for place, layer in enumerate(card.layers)}
    chosen = [result for result in found.results if found.way_of(result) == ()]
    return sorted(chosen, key=lambda result: (order[result.spec.layer], result.spec.unit, _place(result)))


def _strips(found: Computed) -> Iterator[Sequence[str]]:
    """Ids of the runs of each unit in each way, in the order in which its page names them."""
    runs: dict[tuple, list[Result]] = defaultdict(list)
    for result in found.results:
        way = found.way_of(result)
        if way is not None and "chi" not in dict(way):
            runs[result.spec.layer, result.spec.unit, way].append(result)
    for results in runs.values():
        yield [result.id for result in sorted(results, key=_place)]


def _place(result: Result) -> int:
    """Of a variant in a unit's triplet."""
    return SHOWN.index(variant_of(result.spec.parameters) or SHOWN[-1])


async def _keep(asking: Asking, site: Site, path: str, file: str, **query: str) -> None:
    given = await asking.get(path, query)
    if given.status == 200:
        site.put(f"{ROOT}{file}", given.body)
