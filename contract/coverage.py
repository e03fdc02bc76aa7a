"""Which units have pictures with default parameters, per layer and variant.

A unit has pictures when it was computed in any variant; it is complete when it was in all that its layer is shown in.
A dead unit is computed, and has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from redis import Redis

from contract.catalogue import LayerCard, ModelCard
from contract.connection import Server
from contract.result import Result
from contract.spec import ENGINE_VERSION, Parameters
from contract.variants import VARIANTS, apply, needed, variant_of, variants

KEY = "kinetoscope:coverage:"
BUILT = "kinetoscope:coverage-built"
FORM = "3"
"""Raised when the sets are other ones: they are then built anew."""

ANY = "any"
"""The set of units that have pictures, beside those of each variant."""

OTHERWISE = "otherwise:"
"""Begins the names of sets of ids: what was computed of a unit with other than default parameters."""


class Coverage:
    """Sets of unit numbers on the queue's server; rebuilt from the files where the server has none."""

    def __init__(self, connection: Redis) -> None:
        self._redis: Server = connection

    def add(self, results: Sequence[Result]) -> None:
        """Count results, and keep the ids of those with other than default parameters; not an older engine's."""
        with self._redis.pipeline(transaction=False) as pipe:
            for result in results:
                spec, variant = result.spec, _default_variant(result)
                for name in _sets(variant, result) if variant else ():
                    pipe.sadd(_key(spec.fingerprint, spec.layer, name), spec.unit)
                if not variant and not result.dead and spec.engine == ENGINE_VERSION:
                    pipe.sadd(_key(spec.fingerprint, spec.layer, f"{OTHERWISE}{spec.unit}"), spec.id)
            pipe.execute()

    def built(self, mark: str = "") -> bool:
        """Whether the sets are complete. mark: of the files (Store.marked)."""
        return self._redis.get(BUILT) == _built(mark)

    def mark_built(self, mark: str = "") -> None:
        """Say that every file has been counted."""
        self._redis.set(BUILT, _built(mark))

    def computed(self, fingerprint: str, layer: str, variant: str) -> set[int]:
        """Numbers of the computed units of a layer."""
        return {int(unit) for unit in self._redis.smembers(_key(fingerprint, layer, variant))}

    def has(self, fingerprint: str, layer: str, variant: str, unit: int) -> bool:
        """Whether a unit is computed."""
        return bool(self._redis.sismember(_key(fingerprint, layer, variant), unit))

    def otherwise(self, fingerprint: str, layer: str, unit: int) -> list[str]:
        """Ids of what was computed of a unit with other than default parameters."""
        return sorted(each.decode() for each in self._redis.smembers(_key(fingerprint, layer, f"{OTHERWISE}{unit}")))

    def samples(self, card: ModelCard, paths: Iterable[str], count: int) -> dict[str, list[tuple[str, int]]]:
        """Of each of the layers: (variant, unit) of at most `count` computed ones of each variant."""
        wanted = [(path, name) for path in paths for name in variants(card)]
        with self._redis.pipeline(transaction=False) as pipe:
            for path, name in wanted:
                pipe.srandmember(_key(card.fingerprint, path, name), count)
            units = pipe.execute()
        found: dict[str, list[tuple[str, int]]] = {path: [] for path, _ in wanted}
        for (path, name), some in zip(wanted, units, strict=True):
            found[path].extend((name, int(unit)) for unit in some)
        return found

    def of(self, card: ModelCard) -> dict[str, dict[str, int]]:
        """Per layer: how many units are computed in each variant, `pictured`, `complete`, `dead`, and all `units`."""
        names = variants(card)
        with self._redis.pipeline(transaction=False) as pipe:
            for layer in card.layers:
                for name in (*names, ANY):
                    pipe.scard(_key(card.fingerprint, layer.path, name))
            counts = iter(pipe.execute())
        found = {}
        for layer in card.layers:
            each, pictured = {name: next(counts) for name in names}, next(counts)
            found[layer.path] = {
                **each,
                **self._seen(card, layer, each, pictured),
                "dead": len(card.dead.get(layer.path, ())),
                "units": layer.units,
            }
        return found

    def _seen(self, card: ModelCard, layer: LayerCard, each: dict[str, int], pictured: int) -> dict[str, int]:
        names = needed(card, layer)
        complete = 0
        if min(pictured, *(each[name] for name in names)):
            complete = len(self._redis.sinter([_key(card.fingerprint, layer.path, name) for name in (*names, ANY)]))
        return {"pictured": pictured if len(names) > 1 else complete, "complete": complete}


def counted(card: ModelCard, results: Iterable[Result]) -> dict[str, int]:
    """Of a whole model, from its results alone: how many units it has, and how many are pictured, complete and dead."""
    found = {layer.path: defaultdict(set) for layer in card.layers}
    for result in results:
        spec, variant = result.spec, _default_variant(result)
        if variant and not result.dead and spec.fingerprint == card.fingerprint and spec.layer in found:
            found[spec.layer][variant].add(spec.unit)
    of = [[found[layer.path][name] for name in needed(card, layer)] for layer in card.layers]
    return {
        "units": sum(layer.units for layer in card.layers),
        "pictured": sum(len(set.union(*units)) for units in of),
        "complete": sum(len(set.intersection(*units)) for units in of),
        "dead": sum(map(len, card.dead.values())),
    }


def _built(mark: str) -> bytes:
    return f"{ENGINE_VERSION} {FORM} {mark}".encode()


def _key(fingerprint: str, layer: str, variant: str) -> str:
    return f"{KEY}{ENGINE_VERSION}:{fingerprint}:{layer}:{variant}"


def _sets(variant: str, result: Result) -> tuple[str, ...]:
    """Those that a result belongs to."""
    return (variant,) if result.dead else (variant, ANY)


def _default_variant(result: Result) -> str | None:
    """None also for what an older engine made: it is not shown."""
    parameters = result.spec.parameters
    variant = variant_of(parameters) if result.spec.engine == ENGINE_VERSION else None
    return variant if variant in VARIANTS and parameters == apply(variant, Parameters()) else None
