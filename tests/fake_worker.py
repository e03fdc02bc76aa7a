"""A worker process on the fake engine: `python -m tests.fake_worker QUEUE_URL CACHE_URL PAUSE POISON [MODEL]`.

POISON: a unit at which the process dies on the spot; -1 for none. MODEL: the name of its one model.
"""

import os
import signal
import sys
from collections.abc import Iterator, Sequence

from contract.connection import connect
from contract.events import Events
from contract.progress import ProgressBoard
from contract.queue import JobQueue
from contract.shelf import Shelf
from contract.spec import VisualizationSpec
from contract.store import Store
from tests.fakes import CARD, FakeEngine, FakeModel, FakeStep
from worker import process
from worker.jobs import Services
from worker.offer import Offer
from worker.process import WarmWorker


class DeadlyEngine(FakeEngine):
    """Kills the process that works on one unit."""

    poison: int = -1

    def optimize(self, model: FakeModel, specs: Sequence[VisualizationSpec]) -> Iterator[FakeStep]:
        if any(spec.unit == self.poison for spec in specs):
            os.kill(os.getpid(), signal.SIGKILL)
        yield from super().optimize(model, specs)


def main(queue_url: str, cache_url: str, pause: str, poison: str, model: str = "tiny") -> None:
    process.SWEEP_EVERY = 0.2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the work loop takes over
    connection = connect(queue_url)
    engine = DeadlyEngine(pause=float(pause), steps=20, card_=CARD.model_copy(update={"name": model}))
    engine.poison = int(poison)
    shelf = Shelf(connection)
    services = Services(
        queue=JobQueue(connection),
        store=Store(connect(cache_url)),
        events=Events(connection),
        board=ProgressBoard(connection),
        worker=f"fake-{os.getpid()}",
    )
    offer = Offer(engine, shelf)
    WarmWorker(services=services, engine=engine, shelf=shelf, device="cpu", offer=offer, clips=["ucf"]).work(
        logging_level="ERROR"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
