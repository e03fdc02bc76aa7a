import subprocess
import sys
from typing import cast

from redis import Redis

from benchmarks import stub
from benchmarks.stub import CARD, COMPUTED, LAYER, MODEL, Model, StubEngine
from contract.settings import ROOT
from contract.spec import VisualizationRequest, VisualizationSpec, bind


def spec(unit: int) -> VisualizationSpec:
    return bind(VisualizationRequest(model=MODEL, layer=LAYER, unit=unit), CARD.fingerprint)


def test_a_batch_ends_with_all_of_it_and_computations_are_counted(queue_server: Redis) -> None:
    engine, specs = StubEngine(0.0, queue_server), [spec(1), spec(2)]
    steps = list(engine.optimize(Model(), specs))
    assert [len(step.finished) for step in steps] == [0] * (len(steps) - 1) + [2]
    list(engine.optimize(Model(), specs[:1]))
    result, media = engine.finish(Model(), specs[0], None)
    assert result.id == specs[0].id
    assert set(media) == {result.streams[0].strip, result.streams[0].poster}
    assert cast(dict, queue_server.hgetall(COMPUTED)) == {specs[0].id.encode(): b"2", specs[1].id.encode(): b"1"}


def test_its_card_takes_what_clients_ask() -> None:
    CARD.check(spec(stub.POISON))


def test_a_jump_of_the_clock_is_seen_by_rq_too() -> None:
    """In a process of its own: the clock is not set back."""
    code = (
        "import time; import rq.registry, rq.utils; from benchmarks import stub\n"
        "before, now = time.time(), rq.utils.now(); stub.jump()\n"
        "assert time.time() - before > 3500; assert rq.registry.current_timestamp() - before > 3500\n"
        "assert (rq.registry.now() - now).total_seconds() > 3500"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
