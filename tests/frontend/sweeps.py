"""Sweeps of the mock server: planned from the card, and as far as a test says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backend.sweep import LayerPlan, Sweep, SweepPlan, SweepRequest, SweepView, begin
from contract.catalogue import ModelCard
from tests.frontend.asked import Answer, Asked

if TYPE_CHECKING:
    from tests.frontend.mock import Mock

STATES = {"pause": "paused", "resume": "running", "cancel": "canceled"}


def answer(mock: Mock, asked: Asked) -> Answer | None:
    """What is asked of sweeps."""
    sweeps = mock.sweeps
    match [asked.method, *asked.parts]:
        case ["GET", "sweeps"]:
            items = [sweeps.view(identity) for identity in sweeps.known]
            return {"items": items, "total": len(items), "next": None}, 200
        case ["POST", "sweeps", "plan"]:
            return sweeps.plan(asked.body, mock.card(asked.body["model"])).model_dump(mode="json"), 200
        case ["POST", "sweeps"]:
            return sweeps.start(asked.body, mock.card(asked.body["model"])), 202
        case ["POST", "sweeps", identity, what]:
            return sweeps.steer(identity, what), 200
    return None


class Sweeps:
    """Those that were begun, how many runs of each layer are done, and layers whose time is guessed."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[Sweep, ModelCard]] = {}
        self.done = 0
        self.guessed: set[str] = set()

    def plan(self, body: dict[str, Any], card: ModelCard) -> SweepPlan:
        """What there is to do."""
        return self._plan(begin(SweepRequest(**body), card), card)

    def start(self, body: dict[str, Any], card: ModelCard) -> dict[str, Any]:
        """Begin one."""
        sweep = begin(SweepRequest(**body), card)
        self.known[sweep.id] = sweep, card
        return self.view(sweep.id)

    def steer(self, identity: str, what: str) -> dict[str, Any]:
        """Pause, resume or cancel."""
        self.known[identity][0].state = STATES[what]  # type: ignore[assignment]
        return self.view(identity)

    def view(self, identity: str) -> dict[str, Any]:
        """How far one is."""
        sweep, card = self.known[identity]
        view = SweepView(
            **dict(self._plan(sweep, card)),
            url=f"/api/v1/sweeps/{identity}",
            state=sweep.state,
            by="ann",
            created=1.0,
            ended=None,
            waiting=4,
            failed=0,
            failures=[],
        )
        return view.model_dump(mode="json")

    def _plan(self, sweep: Sweep, card: ModelCard) -> SweepPlan:
        layers = []
        for path in sweep.layers:
            units = len(sweep.numbers(card, card.layer(path)))
            runs = units * len(sweep.names(card, card.layer(path)))
            missing = max(0, runs - self.done)
            guessed = path in self.guessed
            one = LayerPlan(layer=path, units=units, runs=runs, missing=missing, failed=0, seconds=3.0, guessed=guessed)
            layers.append(one)
        missing = sum(layer.missing for layer in layers)
        return SweepPlan(
            id=sweep.id,
            title=sweep.title,
            model=sweep.model,
            variants=sweep.variants,
            units=sweep.units,
            layers=layers,
            runs=sum(layer.runs for layer in layers),
            missing=missing,
            untimed=0,
            guessed=sum(layer.guessed for layer in layers),
            seconds=3.0 * missing,
            workers=1,
            blocked=None,
        )
