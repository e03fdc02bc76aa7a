"""Publishes the cards of the models that a worker can build, as they come and go."""

from __future__ import annotations

import logging
from typing import Protocol

from contract.catalogue import ModelCard
from contract.errors import KinetoscopeError
from contract.shelf import Shelf

log = logging.getLogger(__name__)


class Source(Protocol):
    """What has models."""

    def names(self) -> list[str]:
        """Names of the models at hand."""
        ...

    def card(self, name: str) -> ModelCard:
        """The card of one."""
        ...

    def stamp(self, name: str) -> float:
        """Another number when the model has changed."""
        ...

    def forget(self, name: str) -> None:
        """Build it anew when it is next asked for."""
        ...


class Offer:
    """Call it now and then: it publishes new and changed models, at most one a call, and withdraws removed ones."""

    def __init__(self, source: Source, shelf: Shelf) -> None:
        self._source, self._shelf = source, shelf
        self._stamps: dict[str, float] = {}
        self._usable: set[str] = set()

    def __call__(self) -> tuple[str, ...]:
        """The names of the models whose cards are on the shelf."""
        names = self._source.names()
        for gone in self._usable.difference(names):
            self._withdraw(gone)
        stale = next((name for name in names if self._stamps.get(name) != self._source.stamp(name)), None)
        if stale is not None:
            self._publish(stale)
        return tuple(name for name in names if name in self._usable)

    def _publish(self, name: str) -> None:
        """A model that cannot be built is left out, and its owner is told in the log."""
        self._usable.discard(name)
        try:
            if name in self._stamps:
                self._source.forget(name)
            self._shelf.publish(self._source.card(name))
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
