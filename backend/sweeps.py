"""The sweeps that there are, on the queue's server, and how far each is. The queue is kept filled by sweeper.py."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from backend.desk import API, Desk
from backend.sweep import LayerPlan, Run, Sweep, SweepPlan, SweepView, UnknownSweep
from contract import needs
from contract.catalogue import LayerCard, ModelCard
from contract.coverage import Coverage
from contract.errors import UnknownModel

KEY = "kinetoscope:sweeps"
LOCK = "kinetoscope:sweeps-lock"
LOCK_FOR = 30
KEPT = 50
"""Sweeps that are remembered."""

SAMPLE = 5
"""Results of a layer whose seconds say what one more will take."""

FAILURES_SHOWN = 100


class Sweeps:
    """Asks coverage for what is computed: nothing is counted twice, and nothing is lost when a server dies."""

    def __init__(self, desk: Desk, coverage: Coverage) -> None:
        self._desk, self._coverage, self._redis = desk, coverage, desk.queue.connection

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One at a time, of all servers on the queue."""
        with self._redis.lock(LOCK, timeout=LOCK_FOR, blocking_timeout=LOCK_FOR):
            yield

    def all(self) -> list[Sweep]:
        """The newest first."""
        found = [sweep for raw in self._redis.hvals(KEY) if (sweep := _parse(raw))]
        return sorted(found, key=lambda each: -each.created)

    def find(self, identity: str) -> Sweep:
        """One of them. Raises UnknownSweep."""
        sweep = _parse(self._redis.hget(KEY, identity))
        if sweep is None:
            raise UnknownSweep(identity)
        return sweep

    def keep(self, sweep: Sweep) -> None:
        """Remember a sweep as it now is; the oldest that have ended are forgotten."""
        self._redis.hset(KEY, sweep.id, sweep.model_dump_json())
        for old in [each for each in self.all() if each.ended][KEPT:]:
            self._redis.hdel(KEY, old.id)

    def start(self, sweep: Sweep, *, by: str | None) -> Sweep:
        """Begin a sweep, or go on with one that was begun; what failed is tried again."""
        with self.changing():
            known = _parse(self._redis.hget(KEY, sweep.id))
            fresh = {"state": "running", "ended": None, "failed": {}}
            begun = (known or sweep.model_copy(update={"by": by, "created": time.time()})).model_copy(update=fresh)
            self.keep(begun)
        return begun

    def stop(self, identity: str, *, for_good: bool) -> Sweep:
        """Pause a sweep, or cancel it: jobs that wait are called back, those that run go on. Raises UnknownSweep."""
        with self.changing():
            sweep = self.find(identity)
            if sweep.state in ("running", "paused"):
                self._call_back(sweep)
                sweep.state, sweep.ended = ("canceled", time.time()) if for_good else ("paused", None)
                self.keep(sweep)
        return sweep

    def missing(self, sweep: Sweep, card: ModelCard) -> Iterator[Run]:
        """Runs that are not computed, layer by layer and unit by unit."""
        for path in sweep.layers:
            there = {name: self._coverage.computed(card.fingerprint, path, name) for name in sweep.variants}
            for unit in sweep.numbers(card, card.layer(path)):
                for name in sweep.variants:
                    if unit not in there[name]:
                        yield Run(layer=path, unit=unit, variant=name)

    def is_computed(self, sweep: Sweep, identity: str, run: Run) -> bool:
        """Whether a run is done, and counted."""
        if self._coverage.has(sweep.fingerprint, run.layer, run.variant, run.unit):
            return True
        found = self._desk.store.filed_one(identity)
        self._coverage.add([found] if found else [])
        return found is not None

    def card(self, sweep: Sweep) -> ModelCard:
        """The card of the model as the sweep is about it. Raises UnknownModel where it is another by now, or gone."""
        card = self._desk.shelf.card(sweep.model)
        if card.fingerprint != sweep.fingerprint:
            raise UnknownModel(f"{sweep.model} of {sweep.fingerprint}", [f"{card.name} of {card.fingerprint}"])
        return card

    def plan(self, sweep: Sweep, card: ModelCard) -> SweepPlan:
        """What there is to do, and what it will take."""
        layers = [self._layer(sweep, card, card.layer(path)) for path in sweep.layers]
        workers = [each for each in self._desk.shelf.workers() if not each.draining]
        one = next((sweep.spec(Run(layer=each.layer, unit=0, variant=sweep.variants[0])) for each in layers), None)
        able = [each for each in workers if one and needs.unmet(one, [each]) is None]
        known = [layer for layer in layers if layer.seconds is not None]
        seconds = sum(layer.missing * (layer.seconds or 0.0) for layer in known)
        return SweepPlan(
            id=sweep.id,
            model=sweep.model,
            variants=sweep.variants,
            units=sweep.units,
            layers=layers,
            runs=sum(layer.runs for layer in layers),
            missing=sum(layer.missing for layer in layers),
            untimed=sum(layer.missing for layer in layers if layer.seconds is None),
            seconds=round(seconds, 1),
            workers=len(able),
            blocked=needs.unmet(one, workers) if one else None,
        )

    def view(self, sweep: Sweep) -> SweepView:
        """How far a sweep is."""
        try:
            plan = self.plan(sweep, self.card(sweep))
        except UnknownModel:
            plan = _unknown(sweep)
        return SweepView(
            **dict(plan),
            url=f"{API}/sweeps/{sweep.id}",
            state=sweep.state,
            by=sweep.by,
            created=sweep.created,
            ended=sweep.ended,
            waiting=len(sweep.open),
            failed=len(sweep.failed),
            failures=list(sweep.failed.values())[:FAILURES_SHOWN],
        )

    def _layer(self, sweep: Sweep, card: ModelCard, layer: LayerCard) -> LayerPlan:
        units = sweep.numbers(card, layer)
        computed = [self._coverage.computed(card.fingerprint, layer.path, name) for name in sweep.variants]
        return LayerPlan(
            layer=layer.path,
            units=len(units),
            runs=len(units) * len(sweep.variants),
            missing=sum(len(set(units) - done) for done in computed),
            failed=sum(run.layer == layer.path for run in sweep.failed.values()),
            seconds=self._seconds(sweep, card, layer),
        )

    def _seconds(self, sweep: Sweep, card: ModelCard, layer: LayerCard) -> float | None:
        """What a run took, the median of some that there are; None: there is none."""
        runs = [
            sweep.spec(Run(layer=layer.path, unit=unit, variant=name))
            for name in sweep.variants
            for unit in sorted(self._coverage.computed(card.fingerprint, layer.path, name))[:SAMPLE]
        ]
        results = self._desk.store.results([spec.id for spec in runs]).values()
        times = [result.seconds for result in results if not result.dead]
        return statistics.median(times) if times else None

    def _call_back(self, sweep: Sweep) -> None:
        """Take what waits out of the queue; not what somebody has asked for singly meanwhile."""
        records = self._desk.queue.records(sweep.open)
        for identity, record in records.items():
            if record.state == "queued" and record.priority == "batch":
                self._desk.cancel(identity)
                del sweep.open[identity]


def _unknown(sweep: Sweep) -> SweepPlan:
    return SweepPlan(
        id=sweep.id,
        model=sweep.model,
        variants=sweep.variants,
        units=sweep.units,
        layers=[],
        runs=0,
        missing=0,
        untimed=0,
        seconds=0.0,
        workers=0,
        blocked="The model is gone, or its weights have changed since: begin another sweep.",
    )


def _parse(raw: bytes | None) -> Sweep | None:
    """A sweep; None also for one that another version wrote and that no longer reads."""
    try:
        return Sweep.model_validate_json(raw) if raw else None
    except ValidationError:
        return None
