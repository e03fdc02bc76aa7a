"""The real stages behind the queue: the shipped demo, two steps."""

from pathlib import Path

import pytest
from redis import Redis

from contract.events import Events
from contract.progress import ProgressBoard
from contract.queue import JobQueue
from contract.shelf import Shelf
from contract.spec import Parameters, VisualizationRequest, VisualizationSpec, bind
from contract.store import Store
from worker.engine import WARM, TorchEngine
from worker.jobs import Services
from worker.models.demo import WEIGHTS
from worker.offer import Offer
from worker.process import WarmWorker

pytestmark = pytest.mark.skipif(not (WEIGHTS / "card.json").exists(), reason="the demo has not been trained")


@pytest.fixture
def engine(tmp_path: Path) -> TorchEngine:
    return TorchEngine(data=tmp_path, device="cpu")


def ask(engine: TorchEngine, unit: int, **parameters: float) -> VisualizationSpec:
    request = VisualizationRequest(
        model="demo", layer="conv5_fusion", unit=unit, parameters=Parameters(steps=2, **parameters)
    )
    return bind(request, engine.card("demo").fingerprint)


def test_the_demo_is_offered_and_stays_warm(engine: TorchEngine, queue_server: Redis) -> None:
    shelf = Shelf(queue_server)
    assert Offer(engine, shelf)() == {"demo": engine.card("demo").fingerprint}
    assert shelf.card("demo") == engine.card("demo")
    assert engine.load("demo") is engine.load("demo")
    assert WARM > 1


def test_a_calibration_is_noticed(engine: TorchEngine, tmp_path: Path) -> None:
    before = engine.stamp("demo")
    card = engine.card("demo")
    (tmp_path / "statistics").mkdir(exist_ok=True)
    (tmp_path / "statistics" / f"{card.fingerprint}.safetensors").write_bytes(b"x")
    assert engine.stamp("demo") != before


def test_a_job_goes_through_all_stages(engine: TorchEngine, queue_server: Redis, picture_server: Redis) -> None:
    queue, store = JobQueue(queue_server), Store(picture_server)
    slow, fast = ask(engine, 3), ask(engine, 3, chi=0)
    queue.submit(slow)
    queue.submit(fast)
    services = Services(
        queue=queue, store=store, events=Events(queue_server), board=ProgressBoard(queue_server), worker="w"
    )
    worker = WarmWorker(services=services, engine=engine, shelf=Shelf(queue_server), device="cpu")
    worker._install_signal_handlers = lambda: None  # type: ignore[method-assign]
    worker.work(burst=True, logging_level="ERROR")
    results = store.results([slow.id, fast.id])
    assert set(results) == {slow.id, fast.id}
    for result in results.values():
        assert [stream.kind for stream in result.streams] == ["appearance", "motion"]
        assert all(store.media(result.id, stream.strip) for stream in result.streams)
        assert all(store.media(result.id, stream.poster) for stream in result.streams)
    assert store.preview(slow.id)


def test_a_unit_that_does_not_exist_fails_at_once(
    engine: TorchEngine, queue_server: Redis, picture_server: Redis
) -> None:
    queue = JobQueue(queue_server)
    spec = ask(engine, 100_000)
    queue.submit(spec)
    services = Services(
        queue=queue,
        store=Store(picture_server),
        events=Events(queue_server),
        board=ProgressBoard(queue_server),
        worker="w",
    )
    worker = WarmWorker(services=services, engine=engine, shelf=Shelf(queue_server), device="cpu")
    worker._install_signal_handlers = lambda: None  # type: ignore[method-assign]
    worker.work(burst=True, logging_level="CRITICAL")
    record = queue.records([spec.id])[spec.id]
    assert (record.state, record.attempts) == ("failed", 1)
    assert "100000" in (record.error or "")


def test_a_run_that_is_stopped_leaves_files_until_they_are_forgotten(tmp_path: Path) -> None:
    engine = TorchEngine(data=tmp_path, device="cpu", checkpoint=1e-6)
    spec = ask(engine, 3)
    steps = engine.optimize(engine.load("demo"), [spec])
    next(steps)
    steps.close()
    assert [path.stem for path in (tmp_path / "checkpoints").iterdir()] == [spec.id]
    assert next(engine.optimize(engine.load("demo"), [spec])).ages == [2]
    engine.forget_steps(spec)
    assert not list((tmp_path / "checkpoints").iterdir())
