"""The cards of the models that workers offer, and the workers themselves.

A card stays after its worker has gone: what was computed with it can still be looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from redis import Redis

from contract.catalogue import ModelCard
from contract.connection import Server
from contract.errors import UnknownModel, UnknownWorker
from contract.given import Given
from contract.spec import ENGINE_VERSION

CARDS = "kinetoscope:cards"
CHANGES = "kinetoscope:cards-changes"
WORKERS = "kinetoscope:workers"
WORKER = "kinetoscope:worker:"
DRAIN = "kinetoscope:drain:"
DRAIN_FOR = 30 * 86400
LEASE = 20
"""Seconds after which a worker that says nothing counts as gone."""

Card = TypeVar("Card", bound=BaseModel)


class WorkerCard(BaseModel):
    """A worker that is alive. state: `starting`, `idle` or `busy`; job: id of the visualization that it is on, if busy.

    models, fingerprints: names of the models that it can compute with, and of their weights by name. clips: names of
    the sets of clips that it reads. at_home: it shares the server's data folder. draining: it takes no more jobs.
    memory, memory_used: bytes of its device, and of these in use, whoever uses them; 0: not known.
    units, unit_seconds: units computed so far, and the seconds that they took. since: when it began, after 1970.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    device: str
    host: str = ""
    state: Literal["starting", "idle", "busy"] = "idle"
    job: str | None = None
    models: tuple[str, ...] = ()
    fingerprints: dict[str, str] = Field(default_factory=dict)
    engine: str = ENGINE_VERSION
    clips: tuple[str, ...] = ()
    at_home: bool = True
    draining: bool = False
    memory: int = 0
    memory_used: int = 0
    units: int = 0
    unit_seconds: float = 0.0
    since: float = 0.0

    @property
    def is_drained(self) -> bool:
        """Whether it has finished what it was on and takes no more."""
        return self.draining and self.job is None


class Shelf:
    """Cards and workers, on the queue's server. `demo_card` is a file with the card of the shipped network.

    given: cards of models that no worker need know.
    """

    def __init__(self, connection: Redis, demo_card: Path | None = None, given: Given | None = None) -> None:
        self._redis: Server = connection
        self._demo_card, self._given = demo_card, given
        self._seen: tuple[bytes, float, float] | None = None
        self._cards: dict[str, ModelCard] = {}

    def publish(self, card: ModelCard) -> None:
        """Offer a model, or replace its card."""
        self._redis.hset(CARDS, card.name, card.model_dump_json())
        self._redis.incr(CHANGES)

    def withdraw(self, name: str) -> None:
        """Take a model off the shelf."""
        self._redis.hdel(CARDS, name)
        self._redis.incr(CHANGES)

    def cards(self) -> dict[str, ModelCard]:
        """All cards by name; read again only when one has changed."""
        seen = (self._redis.get(CHANGES) or b"", self._demo_age(), self._given.age() if self._given else 0.0)
        if seen != self._seen:
            self._cards, self._seen = self._read(), seen
        return self._cards

    def card(self, name: str) -> ModelCard:
        """The card of a model. Raises UnknownModel."""
        cards = self.cards()
        if name not in cards:
            raise UnknownModel(name, cards)
        return cards[name]

    def check_in(self, worker: WorkerCard) -> None:
        """Say that a worker is alive; to be repeated well within LEASE seconds."""
        with self._redis.pipeline() as pipe:
            pipe.sadd(WORKERS, worker.name)
            pipe.set(WORKER + worker.name, worker.model_dump_json(), ex=LEASE)
            pipe.execute()

    def check_out(self, name: str) -> None:
        """Say that a worker is leaving."""
        self._redis.srem(WORKERS, name)
        self._redis.delete(WORKER + name, DRAIN + name)

    def drain(self, name: str) -> None:
        """Ask a worker to take no more jobs, until it is resumed or ends. Raises UnknownWorker."""
        self._find(name)
        self._redis.set(DRAIN + name, 1, ex=DRAIN_FOR)

    def resume(self, name: str) -> None:
        """Let a worker take jobs again. Raises UnknownWorker."""
        self._find(name)
        self._redis.delete(DRAIN + name)

    def is_to_drain(self, name: str) -> bool:
        """Whether a worker was asked to take no more jobs."""
        return bool(self._redis.exists(DRAIN + name))

    def workers(self) -> list[WorkerCard]:
        """Workers that are alive, by name; not those of another version whose cards do not read."""
        return [card for raw in self._leases().values() if raw and (card := _parse(WorkerCard, raw))]

    def bury(self) -> list[str]:
        """Strike off the workers that stopped without a word; their names."""
        gone = [name for name, raw in self._leases().items() if not raw]
        if gone:
            self._redis.srem(WORKERS, *gone)
        return gone

    def _find(self, name: str) -> None:
        names = [worker.name for worker in self.workers()]
        if name not in names:
            raise UnknownWorker(name, names)

    def _leases(self) -> dict[str, bytes | None]:
        names = sorted(name.decode() for name in self._redis.smembers(WORKERS))
        found = self._redis.mget([WORKER + name for name in names]) if names else []
        return dict(zip(names, found, strict=True))

    def _read(self) -> dict[str, ModelCard]:
        cards = [_parse(ModelCard, raw) for raw in self._redis.hgetall(CARDS).values()]
        demo = [_parse(ModelCard, self._demo_card.read_bytes())] if self._demo_age() and self._demo_card else []
        given = self._given.cards() if self._given else []
        return {card.name: card for card in [*given, *demo, *cards] if card}

    def _demo_age(self) -> float:
        there = self._demo_card is not None and self._demo_card.is_file()
        return self._demo_card.stat().st_mtime if there and self._demo_card else 0.0


def _parse(kind: type[Card], raw: bytes) -> Card | None:
    """A card; None for one that another version wrote and that no longer reads."""
    try:
        return kind.model_validate_json(raw)
    except ValidationError:
        return None
