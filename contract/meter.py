"""Running totals of the whole service, whichever process adds to them."""

from __future__ import annotations

from redis import Redis

from contract.connection import Server

KEY = "kinetoscope:meter"


class Meter:
    """Totals by name, in one place on the queue's server; they outlive every process."""

    def __init__(self, connection: Redis) -> None:
        self._redis: Server = connection

    def add(self, amounts: dict[str, float]) -> None:
        """Add to totals, in one round trip."""
        with self._redis.pipeline(transaction=False) as pipe:
            for name, amount in amounts.items():
                pipe.hincrbyfloat(KEY, name, amount)
            pipe.execute()

    def read(self) -> dict[str, float]:
        """All totals by name."""
        return {name.decode(): float(value) for name, value in self._redis.hgetall(KEY).items()}
