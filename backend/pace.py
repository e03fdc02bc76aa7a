"""How long pictures take, layer by layer: measured where some were made, else guessed from the layers that were."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from backend import estimate
from contract.catalogue import ModelCard
from contract.coverage import Coverage
from contract.spec import Parameters, VisualizationRequest, bind
from contract.store import Store
from contract.variants import apply

SAMPLE = 5
"""Results of a variant of a layer whose seconds say what one more will take."""


@dataclass(frozen=True)
class Seconds:
    """What a picture of a layer costs one worker. guessed: from other layers, as none was made of this one."""

    each: float
    guessed: bool = False


class Pace:
    """Reads a few results of every layer, and no more once it has a whole sample."""

    def __init__(self, store: Store, coverage: Coverage) -> None:
        self._store, self._coverage = store, coverage
        self._known: dict[tuple[str, str], tuple[int, float | None]] = {}

    def of(self, card: ModelCard, paths: Iterable[str]) -> dict[str, Seconds]:
        """Of those of the layers of which it can be told."""
        wanted = list(paths)
        measured = self._measured(card, wanted)
        found = {path: Seconds(each) for path, each in measured.items()}
        rest = [path for path in wanted if path not in measured]
        everywhere = self._measured(card, [layer.path for layer in card.layers]) if rest else {}
        guesses = {path: estimate.guess(card, card.layer(path), everywhere) for path in rest}
        return found | {path: Seconds(each, guessed=True) for path, each in guesses.items() if each is not None}

    def _measured(self, card: ModelCard, paths: list[str]) -> dict[str, float]:
        samples = self._coverage.samples(card, paths, SAMPLE)
        found = {}
        for path, made in samples.items():
            known, each = self._known.get((card.fingerprint, path), (0, None))
            if len(made) > known:
                each = self._median(card, path, made)
                self._known[card.fingerprint, path] = len(made), each
            if each is not None:
                found[path] = each
        return found

    def _median(self, card: ModelCard, path: str, made: Iterable[tuple[str, int]]) -> float | None:
        """Of results that there are; dead units took no time."""
        requests = [
            VisualizationRequest(model=card.name, layer=path, unit=unit, parameters=apply(variant, Parameters()))
            for variant, unit in made
        ]
        results = self._store.results([bind(request, card.fingerprint).id for request in requests])
        times = [result.share for result in results.values() if not result.dead]
        return statistics.median(times) if times else None
