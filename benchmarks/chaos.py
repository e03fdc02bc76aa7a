"""Everything is killed and stopped while clients ask; then what was promised is counted.

acknowledged: different visualizations that the server said it would see to. lost: of these, those that it knows nothing
of at the end. stuck: those that never ended. unheard: endings that a client which always came back never heard of.
recovery_s: the longest time from a fault (or its end, where it has one) until a new request was computed and the jobs
that were running had ended. recomputed: times that a visualization was begun again.
"""

from __future__ import annotations

import itertools
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import clients, faults
from benchmarks.clients import ASK, ENDINGS, Ledger, body
from benchmarks.faults import Fault
from benchmarks.product import Product
from benchmarks.report import Report
from benchmarks.stub import COMPUTED, POISON
from contract.connection import connect

ASKING = 6
PAUSE = 2.0
"""Seconds between the requests of each of ASKING clients."""

CALM = (4.0, 10.0)
PATIENCE = 240.0
"""Seconds until whatever has not ended counts as stuck. A poison job alone takes four times a worker's lease."""


class Storm:
    """One run of the harness."""

    def __init__(self, product: Product, kinds: list[Fault], seed: int) -> None:
        self.product, self.chance = product, random.Random(seed)
        self.kinds = [kind for kind in kinds if not kind.why_not]
        self.ledger, self.done, self.deaf = Ledger(), threading.Event(), threading.Event()
        self.states: dict[str, str] = {}
        self.recoveries: list[tuple[str, float]] = []
        self._probes = itertools.count(1)

    def run(self, seconds: float) -> None:
        """Cause one fault after the other, all kinds in turn, in random order, while clients ask."""
        ends = time.monotonic() + seconds
        listener = clients.start(lambda: clients.listen(self.product, self.ledger, self.deaf))
        asking = clients.start(
            *[self._client(number) for number in range(ASKING)],
            lambda: clients.dawdle(self.product, self.done),
        )
        while time.monotonic() < ends:
            for kind in self.chance.sample(self.kinds, len(self.kinds)):
                time.sleep(self.chance.uniform(*CALM))
                if time.monotonic() > ends:
                    break
                self._cause(kind)
        self.done.set()
        for thread in asking:
            thread.join(30)
        self.settle()
        time.sleep(2)
        self.deaf.set()
        for thread in listener:
            thread.join(30)

    def _client(self, number: int) -> Callable[[], None]:
        return lambda: clients.ask(
            self.product, self.ledger, self.done, pause=PAUSE, seed=number + 1, poisons=number == 0
        )

    def _cause(self, kind: Fault) -> None:
        running = self._running()
        over = time.monotonic()
        (trouble,) = clients.start(lambda: kind.cause(self.product, self.chance))
        if not kind.at_once:
            trouble.join()
            over = time.monotonic()
        probe = {"body": body(self.chance.randrange(POISON), seed=1000 + next(self._probes))}
        waiting = {identity for identity in running if identity not in self.ledger.poison}
        while time.monotonic() - over < PATIENCE:
            if self._is_computed(probe) and not (waiting := {each for each in waiting if not self._has_ended(each)}):
                break
            time.sleep(0.25)
        self.recoveries.append((kind.name, time.monotonic() - over))
        trouble.join()
        print(f"{kind.name}: well again after {self.recoveries[-1][1]:.1f} s", flush=True)

    def _running(self) -> list[str]:
        try:
            return [item["id"] for item in self.product.get("/api/v1/jobs?state=running&limit=50")["items"]]
        except OSError:
            return []

    def _is_computed(self, probe: dict) -> bool:
        if probe.get("done"):
            return True
        try:
            state = self.product.get(ASK, probe["body"])["state"]
        except OSError:
            return False
        probe["done"] = state == "finished"
        return probe["done"]

    def _has_ended(self, identity: str) -> bool:
        return self.state(identity) in ENDINGS

    def state(self, identity: str) -> str:
        """The state of a visualization; `unknown` where the server cannot be asked, `lost` where it knows nothing."""
        try:
            return self.product.get(f"{ASK}/{identity}")["state"]
        except OSError as error:
            return "lost" if getattr(error, "code", 0) == 404 else "unknown"

    def settle(self) -> None:
        """Wait until all has ended, or for too long, and note the states at the end."""
        limit, left = time.monotonic() + PATIENCE, set(self.ledger.acknowledged)
        while left and time.monotonic() < limit:
            self.states |= {identity: self.state(identity) for identity in left}
            left = {identity for identity in left if self.states[identity] not in (*ENDINGS, "lost")}
            time.sleep(1 if left else 0)


def measure(report: Report, *, minutes: float, workers: int, seed: int) -> None:
    """Run the storm and add what came of it to `report`."""
    folder = Path(tempfile.mkdtemp(prefix="kt-chaos-", dir="/tmp"))
    (folder / "data").mkdir()
    (folder / "run").mkdir()
    small = faults.mount(folder / "data")
    kinds = faults.all_faults(small_disk=small)
    product = Product(folder / "data", folder / "run", workers=workers)
    storm = Storm(product, kinds, seed)
    try:
        product.start()
        storm.run(minutes * 60)
        computed = _computed(folder / "run")
    finally:
        product.stop()
        if small:
            faults.unmount(folder / "data")
    for kind in kinds:
        if kind.why_not:
            print(f"skipped: {kind.name}: {kind.why_not}")
    _tell(report, storm, computed, minutes=minutes)
    if report.ok:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"The log is {folder / 'product.log'}")


def _tell(report: Report, storm: Storm, computed: dict[str, int], *, minutes: float) -> None:
    ledger, states = storm.ledger, storm.states
    worst: dict[str, float] = {}
    for name, seconds in storm.recoveries:
        worst[name] = max(seconds, worst.get(name, 0.0))
    report.add("acknowledged", len(ledger.acknowledged), "", f">= {30 * minutes:.0f}")
    report.add("lost", sum(state == "lost" for state in states.values()), "", "<= 0")
    report.add("stuck", sum(state not in (*ENDINGS, "lost") for state in states.values()), "", "<= 0")
    report.add("unheard", len(set(ledger.acknowledged) - ledger.ended - ledger.poison), "", "<= 0")
    report.add("recovery_s", max(worst.values(), default=0.0), "s", "<= 30")
    for name, seconds in sorted(worst.items()):
        report.add(f"recovery_s.{name.replace(' ', '-')}", seconds, "s")
    report.add("recomputed", sum(count - 1 for count in computed.values()))
    report.add("faults", len(storm.recoveries))
    report.add("failed", sum(state == "failed" for state in states.values()))
    report.add("poisoned", len(ledger.poison))
    report.add("asked", ledger.asked)
    report.add("refused", ledger.refused)


def _computed(runtime: Path) -> dict[str, int]:
    socket = max(runtime.glob("kinetoscope-*/queue.sock"), key=lambda path: path.stat().st_mtime)
    counts: dict[bytes, bytes] = connect(f"unix://{socket}").hgetall(COMPUTED)  # type: ignore[assignment]
    return {name.decode(): int(count) for name, count in counts.items()}
