"""Which units have been computed with default parameters, per layer and variant."""

from __future__ import annotations

from collections.abc import Sequence

from redis import Redis

from contract.catalogue import ModelCard
from contract.connection import Server
from contract.result import Result
from contract.spec import Parameters
from contract.variants import VARIANTS, apply, variant_of, variants

KEY = "kinetoscope:coverage:"
BUILT = "kinetoscope:coverage-built"


class Coverage:
    """Sets of unit numbers on the queue's server; rebuilt from the files where the server has none."""

    def __init__(self, connection: Redis) -> None:
        self._redis: Server = connection

    def add(self, results: Sequence[Result]) -> None:
        """Count results; those with other than default parameters are passed over."""
        with self._redis.pipeline(transaction=False) as pipe:
            for result in results:
                variant = _default_variant(result.spec.parameters)
                if variant:
                    pipe.sadd(_key(result.spec.fingerprint, result.spec.layer, variant), result.spec.unit)
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

    def of(self, card: ModelCard) -> dict[str, dict[str, int]]:
        """Per layer: the number of computed units of each variant, and of all units."""
        names = variants(card)
        with self._redis.pipeline(transaction=False) as pipe:
            for layer in card.layers:
                for name in names:
                    pipe.scard(_key(card.fingerprint, layer.path, name))
            counts = iter(pipe.execute())
        return {layer.path: {**{n: next(counts) for n in names}, "units": layer.units} for layer in card.layers}


def _built(mark: str) -> bytes:
    return (mark or "1").encode()


def _key(fingerprint: str, layer: str, variant: str) -> str:
    return f"{KEY}{fingerprint}:{layer}:{variant}"


def _default_variant(parameters: Parameters) -> str | None:
    variant = variant_of(parameters)
    return variant if variant in VARIANTS and parameters == apply(variant, Parameters()) else None
