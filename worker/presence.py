"""What others see of a worker: its card on the shelf, renewed while it lives, with the models that it has right now."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType

from contract import needs
from contract.events import Event, Events
from contract.shelf import Shelf, WorkerCard
from worker.offer import Offer


class Presence:
    """The card of a worker. offer: its models; None: it takes any job, for trials.

    at_home: whether the server's data folder is shared. memory: bytes of the device in use, and all.
    tally: `units` computed so far, and the `unit_seconds` that they took.
    """

    def __init__(
        self,
        card: WorkerCard,
        shelf: Shelf,
        events: Events,
        *,
        offer: Offer | None = None,
        at_home: Callable[[], bool] = lambda: True,
        memory: Callable[[], tuple[int, int]] = lambda: (0, 0),
        tally: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        self.card, self._shelf, self._events = card, shelf, events
        self._offer, self._at_home, self._memory, self._tally = offer, at_home, memory, tally
        self._one_at_a_time = threading.Lock()

    def update(self) -> None:
        """See which models there are, and say so where that has changed."""
        models = self._offer() if self._offer else {}
        state = "idle" if self.card.state == "starting" else self.card.state
        news = {"state": state, "models": tuple(models), "fingerprints": models, "at_home": self._at_home()}
        if self._change(news):
            self.tell()

    @property
    def is_coming(self) -> bool:
        """Whether a model is about to be there."""
        return self._offer is not None and self._offer.is_coming

    def met(self) -> frozenset[str] | None:
        """The needs of jobs that are met; None: all."""
        return needs.met_by(self.card) if self._offer else None

    def takes_jobs(self) -> bool:
        """Ask whether it may take one more; it is said on the card where that has changed."""
        if self._change({"draining": self._shelf.is_to_drain(self.card.name)}):
            self.tell()
        return not self.card.draining

    def busy(self, job: str | None) -> None:
        """With which job; None: with none."""
        self._change({"state": "busy" if job else "idle", "job": job})
        self.tell()

    def check_in(self) -> None:
        """Say that the worker is alive; to be repeated well within LEASE seconds."""
        used, memory = self._memory()
        with self._one_at_a_time:  # the lease's thread must not put an older card over a newer one
            done = {"units": int(self._tally.get("units", 0)), "unit_seconds": self._tally.get("unit_seconds", 0.0)}
            now = {"memory": memory, "memory_used": used, **done}
            self._shelf.check_in(self.card.model_copy(update=now))

    def leave(self) -> None:
        """Say that the worker goes."""
        self._shelf.check_out(self.card.name)
        self.tell()

    def tell(self) -> None:
        """Have those who look at workers look again."""
        self._events.publish(Event("workers"))

    def _change(self, news: dict[str, object]) -> bool:
        before, self.card = self.card, self.card.model_copy(update=news)
        if self.card == before:
            return False
        self.check_in()
        return True
