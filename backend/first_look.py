"""A first look: where nothing was ever computed, a sweep of the demo begins by itself, once."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from backend.desk import Desk
from backend.sweep import Run, Sweep
from backend.sweeps import Sweeps
from contract import needs
from contract.catalogue import ModelCard
from contract.errors import UnknownLayer, UnknownModel
from contract.variants import variants
from contract.written import write

MODEL = "demo"
TITLE = "First look at the demo"
MARK = "first-look"
"""A file in the data folder: whether to begin was decided there."""

TELLING = {"conv5_fusion": (65, 72, 77, 81, 89, 98, 120)}
"""By layer, units that show most: those that the scores of the classes owe most to on drawn clips, as
`./kinetoscope analyse demo` finds them (contribution.N is largest)."""


class FirstLook:
    """Begins the sweep as soon as a worker can do it: below whatever people wait for, and never a second time."""

    def __init__(self, sweeps: Sweeps, desk: Desk, data: Path) -> None:
        self._sweeps, self._desk, self._mark = sweeps, desk, data / MARK
        self._is_due: bool | None = None

    def begin(self) -> None:
        """Begin it if it is due and a worker is there; to be called now and then."""
        if self._is_due is None:  # when the server starts: what visitors compute from then on does not count
            self._is_due = not self._mark.exists() and self._desk.store.is_empty()
            if not self._is_due:
                self._remember()  # it may be emptied later
        if not self._is_due or not (sweep := self._possible()):
            return
        if not self._sweeps.has(sweep.id):
            self._sweeps.start(sweep, by=None)
        self._is_due = not self._remember()

    def _possible(self) -> Sweep | None:
        """The sweep, where a running worker has the demo."""
        try:
            sweep = sweep_of(self._desk.shelf.card(MODEL))
        except (UnknownModel, UnknownLayer):
            return None
        run = Run(layer=sweep.layers[0], unit=0, variant=sweep.variants[0])
        return None if needs.unmet(sweep.spec(run), self._desk.shelf.workers()) else sweep

    def _remember(self) -> bool:
        with contextlib.suppress(OSError):  # a full disk: it is tried again
            write(self._mark, b"")
            return True
        return False


def sweep_of(card: ModelCard) -> Sweep:
    """All classes, then the units of TELLING. Raises UnknownLayer for a model without class units."""
    classes = card.layer(card.class_layer or "").path
    telling = {layer.path: TELLING[layer.path] for layer in card.layers if layer.path in TELLING}
    return Sweep(
        id=hashlib.sha256(f"{MARK} {card.fingerprint}".encode()).hexdigest()[:32],
        title=TITLE,
        model=card.name,
        fingerprint=card.fingerprint,
        layers=(classes, *telling),
        chosen=telling,
        variants=variants(card),  # type: ignore[arg-type]
    )
