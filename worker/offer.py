"""Publishes the cards of the models that a worker can build, as they come and go."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, wait
from typing import Protocol

from contract.catalogue import ModelCard
from contract.errors import KinetoscopeError
from contract.shelf import Shelf

PATIENCE = 1.0
"""Seconds that a call waits for a card: a known one takes milliseconds, a new network some seconds."""

log = logging.getLogger(__name__)


class Source(Protocol):
    """What has models."""

    def names(self) -> list[str]:
        """Names of the models at hand."""
        ...

    def card(self, name: str) -> ModelCard:
        """The card of one."""
        ...

    def stamp(self, name: str) -> object:
        """Another value when the model has changed."""
        ...

    def forget(self, name: str) -> None:
        """Build it anew when it is next asked for."""
        ...


class Offer:
    """Call it now and then: it publishes new and changed models, at most one a call, and withdraws removed ones.

    A card that takes long is found in the background (another process does the work), and published by a later call.
    Workers on other hosts may have another network of the same name: the card that was published last counts, until
    nobody is alive who has that one.
    """

    def __init__(self, source: Source, shelf: Shelf, *, patience: float = PATIENCE) -> None:
        self._source, self._shelf, self._patience = source, shelf, patience
        self._stamps: dict[str, object] = {}
        self._usable: dict[str, ModelCard] = {}
        self._coming: tuple[str, Future[ModelCard]] | None = None

    def __call__(self) -> dict[str, str]:
        """The fingerprints of the models that can be computed with, by name."""
        names = self._source.names()
        for gone in set(self._usable).difference(names):
            self._withdraw(gone)
        if self._coming is None:
            stale = next((name for name in names if self._stamps.get(name) != self._source.stamp(name)), None)
            self._coming = None if stale is None else (stale, self._ask(stale))
        self._receive(names)
        self._restore()
        return {name: self._usable[name].fingerprint for name in names if name in self._usable}

    @property
    def is_coming(self) -> bool:
        """Whether a card is being found."""
        return self._coming is not None

    def _ask(self, name: str) -> Future[ModelCard]:
        self._usable.pop(name, None)
        if name in self._stamps:
            self._source.forget(name)
        self._stamps[name] = self._source.stamp(name)
        answer: Future[ModelCard] = Future()
        threading.Thread(target=_answer, args=(answer, self._source, name), name="card", daemon=True).start()
        return answer

    def _receive(self, names: list[str]) -> None:
        """A model that cannot be built is left out, and its owner is told in the log."""
        if self._coming is None:
            return
        name, card = self._coming
        if not wait([card], timeout=self._patience).done:
            return
        self._coming = None
        try:
            published = card.result()
            if name in names:
                self._shelf.publish(published)
                self._usable[name] = published
        except KinetoscopeError as error:
            log.warning("Model %r cannot be used: %s", name, error.detail)
        except Exception:  # a user's file may raise anything; the other models are still good
            log.exception("Model %r cannot be used", name)
        self._stamps[name] = self._source.stamp(name)

    def _withdraw(self, name: str) -> None:
        """Of a network that another worker has, or has under the same name, the card stays."""
        self._source.forget(name)
        self._stamps.pop(name, None)
        mine = self._usable.pop(name)
        have = sum(worker.fingerprints.get(name) == mine.fingerprint for worker in self._shelf.workers())
        if have <= 1 and _same(self._shelf.cards().get(name), mine):  # the one is this worker, which says so later
            self._shelf.withdraw(name)

    def _restore(self) -> None:
        """Publish again what another worker took off the shelf, or replaced and has no more."""
        there = self._shelf.cards()
        lost = [card for name, card in self._usable.items() if not _same(there.get(name), card)]
        alive = self._shelf.workers() if lost else []
        for card in lost:
            other = there.get(card.name)
            if other is None or not any(each.fingerprints.get(card.name) == other.fingerprint for each in alive):
                self._shelf.publish(card)


def _same(one: ModelCard | None, other: ModelCard) -> bool:
    return one is not None and one.fingerprint == other.fingerprint


def _answer(answer: Future[ModelCard], source: Source, name: str) -> None:
    try:
        answer.set_result(source.card(name))
    except Exception as reason:  # told to whoever asks for the result
        answer.set_exception(reason)
