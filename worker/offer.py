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
    """

    def __init__(self, source: Source, shelf: Shelf, *, patience: float = PATIENCE) -> None:
        self._source, self._shelf, self._patience = source, shelf, patience
        self._stamps: dict[str, object] = {}
        self._usable: set[str] = set()
        self._coming: tuple[str, Future[ModelCard]] | None = None

    def __call__(self) -> tuple[str, ...]:
        """The names of the models whose cards are on the shelf."""
        names = self._source.names()
        for gone in self._usable.difference(names):
            self._withdraw(gone)
        if self._coming is None:
            stale = next((name for name in names if self._stamps.get(name) != self._source.stamp(name)), None)
            self._coming = None if stale is None else (stale, self._ask(stale))
        self._receive(names)
        return tuple(name for name in names if name in self._usable)

    def _ask(self, name: str) -> Future[ModelCard]:
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
        self._usable.discard(name)
        try:
            published = card.result()
            if name in names:
                self._shelf.publish(published)
                self._usable.add(name)
        except KinetoscopeError as error:
            log.warning("Model %r cannot be used: %s", name, error.detail)
        except Exception:  # a user's file may raise anything; the other models are still good
            log.exception("Model %r cannot be used", name)
        self._stamps[name] = self._source.stamp(name)

    def _withdraw(self, name: str) -> None:
        self._source.forget(name)
        self._shelf.withdraw(name)
        self._usable.discard(name)
        self._stamps.pop(name, None)


def _answer(answer: Future[ModelCard], source: Source, name: str) -> None:
    try:
        answer.set_result(source.card(name))
    except Exception as reason:  # told to whoever asks for the result
        answer.set_exception(reason)
