"""A worker whose model is a stub: it takes time and makes bytes, without torch.

    REDIS_URL=... CACHE_URL=... python -m benchmarks.stub

One unit is poison: whoever works on it dies. SIGUSR1 makes the clock of the process jump by an hour.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import uuid
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from cli.orphan import watch_parent
from contract import settings as table
from contract.catalogue import LayerCard, ModelCard, Stream
from contract.connection import Server, connect
from contract.events import Events
from contract.progress import ProgressBoard
from contract.queue import JobQueue
from contract.result import Result, StreamPicture
from contract.shelf import Shelf
from contract.spec import VisualizationSpec
from contract.store import Store
from worker.jobs import Services
from worker.offer import Offer
from worker.process import WarmWorker

MODEL, LAYER, UNITS = "stub", "layer", 100_000
POISON = UNITS - 1
COMPUTED = "stub:computed"
"""How often each visualization was begun, by id."""

SECONDS, BYTES = "KINETOSCOPE_STUB_SECONDS", "KINETOSCOPE_STUB_BYTES"
"""Settings of a stub: how long a batch takes, and how large a picture is."""

STEPS = 10
JUMP = 3600
PICTURE = "20000"

CARD = ModelCard(
    name=MODEL,
    title="Stub",
    fingerprint="00000000deadbeef",
    streams=(Stream(name="appearance", kind="appearance", frames=1, height=16, width=16),),
    layers=(
        LayerCard(path=LAYER, kind="conv", units=UNITS, frames=1, height=4, width=4, stride=4, receptive_field=9,
                  receptive_frames=1, streams=("appearance",)),
    ),
    class_layer=None,
    classes=(),
    dead={},
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """What jobs.py asks of a model."""

    card: ModelCard = CARD


@dataclass(frozen=True)
class Step:
    """What jobs.py asks of a step."""

    index: int
    steps: int
    ages: list[int]
    activation: list[float | None]
    finished: dict[int, VisualizationSpec] = field(default_factory=dict)


class StubEngine:
    """Every batch takes `seconds`, a picture has `size` bytes. counts: where computations are counted."""

    def __init__(self, seconds: float, counts: Server, *, size: int = int(PICTURE)) -> None:
        self._pause, self._counts, self._size = seconds / STEPS, counts, size

    def names(self) -> list[str]:
        """The one model."""
        return [MODEL]

    def card(self, name: str) -> ModelCard:
        """Its card."""
        return CARD

    def stamp(self, name: str) -> str:
        """It never changes."""
        return "1"

    def forget(self, name: str) -> None:
        """Nothing is kept."""

    def memory(self) -> tuple[int, int]:
        """Of no device."""
        return 0, 0

    def load(self, name: str, progress: Callable[[str, int, int], None]) -> Model:
        """The model."""
        return Model()

    def optimize(self, model: Model, specs: Sequence[VisualizationSpec]) -> Generator[Step, None, None]:
        """Wait, in steps; die of poison."""
        if any(spec.unit == POISON for spec in specs):
            os.kill(os.getpid(), signal.SIGKILL)
        for spec in specs:
            self._counts.hincrby(COMPUTED, spec.id, 1)
        for index in range(1, STEPS + 1):
            time.sleep(self._pause)
            done = dict(enumerate(specs)) if index == STEPS else {}
            yield Step(index, STEPS, [index] * len(specs), [index / STEPS] * len(specs), done)

    def forget_steps(self, spec: VisualizationSpec) -> None:
        """None are kept."""

    def preview(self, model: Model, step: Step, member: int) -> bytes:
        """Some bytes."""
        return b"preview"

    def finish(self, model: Model, spec: VisualizationSpec, optimum: object) -> tuple[Result, dict[str, bytes]]:
        """A result with a picture of bytes that stay the same."""
        picture = StreamPicture(name="appearance", kind="appearance", frames=1, height=16, width=16, fps=25.0,
                                strip="appearance.webp", poster="appearance-poster.webp")  # fmt: skip
        result = Result(
            id=spec.id,
            spec=spec,
            dead=False,
            activation=1.0,
            normalized=1.0,
            reference=1.0,
            calibration="",
            receptive_field=9,
            canvas=16,
            steps=STEPS,
            seconds=self._pause * STEPS,
            device="stub",
            streams=(picture,),
        )
        data = (spec.id * (self._size // 32)).encode()
        return result, {"appearance.webp": data, "appearance-poster.webp": data[:1000]}

    def analyse(self, model: Model, spec: object, progress: Callable[[str, int, int], None]) -> None:
        """There is nothing to find."""

    def tidy(self) -> None:
        """Nothing: there is nothing to remove."""

    def batch_size(self, model: Model, spec: VisualizationSpec) -> int:
        """A few."""
        return 4


def jump(*_: object) -> None:
    """From now on this process thinks that it is an hour later."""
    import rq.utils

    real, right_now = time.time, rq.utils.now
    time.time = lambda: real() + JUMP
    replaced = {
        "now": lambda: right_now() + timedelta(seconds=JUMP),
        "current_timestamp": lambda: int(real()) + JUMP,
    }
    for name, module in list(sys.modules.items()):
        for function, other in replaced.items():
            if name.startswith("rq.") and hasattr(module, function):
                setattr(module, function, other)


def main() -> None:
    """Work until told to stop."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the work loop takes over
    signal.signal(signal.SIGUSR1, jump)
    watch_parent()
    settings = table.read(os.environ)
    connection, cache = connect(settings.redis_url), connect(settings.cache_url)
    seconds, size = float(os.environ.get(SECONDS, "0.5")), int(os.environ.get(BYTES, PICTURE))
    engine, shelf = StubEngine(seconds, connection, size=size), Shelf(connection)
    services = Services(
        queue=JobQueue(connection),
        store=Store(cache),
        events=Events(connection),
        board=ProgressBoard(connection),
        worker=f"stub-{uuid.uuid4().hex[:6]}",
    )
    worker = WarmWorker(services=services, engine=engine, shelf=shelf, device="stub", offer=Offer(engine, shelf))
    worker.work(logging_level="ERROR")


if __name__ == "__main__":
    main()
