"""The sweeps that there are, on the queue's server, and how far each is. The queue is kept filled by sweeper.py."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from backend.desk import API, Desk
from backend.pace import Pace, Seconds
from backend.sweep import LayerPlan, Run, Sweep, SweepPlan, SweepView, UnknownSweep, Variant, summed
from contract import needs
from contract.catalogue import LayerCard, ModelCard
from contract.coverage import Coverage
from contract.errors import UnknownModel

KEY = "kinetoscope:sweeps"
LOCK = "kinetoscope:sweeps-lock"
LOCK_FOR = 30
KEPT = 50
"""Sweeps that are remembered."""

FAILURES_SHOWN = 100
GONE = "The model is gone, or its weights have changed since: begin another sweep."


class Sweeps:
    """Asks coverage for what is computed: nothing is counted twice, and nothing is lost when a server dies."""

    def __init__(self, desk: Desk, coverage: Coverage) -> None:
        self._desk, self._coverage, self._redis = desk, coverage, desk.queue.connection
        self._pace = Pace(desk.store, coverage)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One at a time, of all servers on the queue."""
        with self._redis.lock(LOCK, timeout=LOCK_FOR, blocking_timeout=LOCK_FOR):
            yield

    def all(self) -> list[Sweep]:
        """The newest first."""
        found = [sweep for raw in self._redis.hvals(KEY) if (sweep := _parse(raw))]
        return sorted(found, key=lambda each: -each.created)

    def has(self, identity: str) -> bool:
        """Whether it was begun, and is remembered."""
        return bool(self._redis.hexists(KEY, identity))

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
                self.pause(sweep)
                if for_good:
                    sweep.state, sweep.ended = "canceled", time.time()
                self.keep(sweep)
        return sweep

    def pause_all(self) -> int:
        """Pause those that run; how many they were."""
        running = [sweep.id for sweep in self.all() if sweep.state == "running"]
        return sum(self.stop(identity, for_good=False).state == "paused" for identity in running)

    def pause(self, sweep: Sweep) -> None:
        """Call back what waits. Not kept yet."""
        self._call_back(sweep)
        sweep.state, sweep.ended = "paused", None

    def missing(self, sweep: Sweep, card: ModelCard) -> Iterator[Run]:
        """Runs that are not computed, layer by layer and unit by unit."""
        for path in sweep.layers:
            layer = card.layer(path)
            there = self._computed(sweep, card, layer)
            for unit in sweep.numbers(card, layer):
                for name in there:
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
        seconds = self._pace.of(card, sweep.layers)
        layers = [self._layer(sweep, card, card.layer(path), seconds.get(path)) for path in sweep.layers]
        workers = self._desk.shelf.workers()
        one = next((sweep.spec(Run(layer=each.layer, unit=0, variant=sweep.variants[0])) for each in layers), None)
        able = [each for each in workers if one and needs.unmet(one, [each]) is None]
        return summed(sweep, layers, workers=len(able), blocked=needs.unmet(one, workers) if one else None)

    def view(self, sweep: Sweep) -> SweepView:
        """How far a sweep is."""
        try:
            plan = self.plan(sweep, self.card(sweep))
        except UnknownModel:
            plan = summed(sweep, blocked=GONE)
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

    def _layer(self, sweep: Sweep, card: ModelCard, layer: LayerCard, seconds: Seconds | None) -> LayerPlan:
        units = set(sweep.numbers(card, layer))
        computed = self._computed(sweep, card, layer)
        return LayerPlan(
            layer=layer.path,
            units=len(units),
            runs=len(units) * len(computed),
            missing=sum(len(units - done) for done in computed.values()),
            failed=sum(run.layer == layer.path for run in sweep.failed.values()),
            seconds=seconds and seconds.each,
            guessed=bool(seconds and seconds.guessed),
        )

    def _computed(self, sweep: Sweep, card: ModelCard, layer: LayerCard) -> dict[Variant, set[int]]:
        """Of each variant that is asked for of a layer: the units that are computed."""
        fingerprint = card.fingerprint
        return {name: self._coverage.computed(fingerprint, layer.path, name) for name in sweep.names(card, layer)}

    def _call_back(self, sweep: Sweep) -> None:
        """Take what waits out of the queue; not what somebody has asked for singly, or another sweep wants as well."""
        running = [each for each in self.all() if each.id != sweep.id and each.state == "running"]
        others = {identity for each in running for identity in each.open}
        for identity, record in self._desk.queue.records(sweep.open).items():
            if record.state == "queued" and record.priority == "batch":
                if identity not in others:
                    self._desk.cancel(identity)
                del sweep.open[identity]


def _parse(raw: bytes | None) -> Sweep | None:
    """A sweep; None also for one that another version wrote and that no longer reads."""
    try:
        return Sweep.model_validate_json(raw) if raw else None
    except ValidationError:
        return None
