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


class Offer:
    """Call it now and then; it looks for new models and publishes at most one card a call. Answers all names."""

    def __init__(self, source: Source, shelf: Shelf) -> None:
        self._source, self._shelf = source, shelf
        self._published: dict[str, bool] = {}

    def __call__(self) -> tuple[str, ...]:
        """The names of the models whose cards are on the shelf."""
        names = self._source.names()
        new = next((name for name in names if name not in self._published), None)
        if new is not None:
            self._published[new] = self._publish(new)
        return tuple(name for name in names if self._published.get(name))

    def _publish(self, name: str) -> bool:
        """False if the model cannot be built: it is left out, and its owner is told in the log."""
        try:
            self._shelf.publish(self._source.card(name))
        except KinetoscopeError as error:
            log.warning("Model %r cannot be used: %s", name, error.detail)
            return False
        except Exception:  # a user's file may raise anything; the other models are still good
            log.exception("Model %r cannot be used", name)
            return False
        return True
