from collections.abc import Callable

import pytest
from redis import Redis

from contract.errors import ModelProblem
from contract.events import START, Events
from contract.progress import ProgressBoard
from contract.queue import JobQueue
from contract.store import Store
from tests.fakes import CARD, FakeEngine, analysis
from worker.analyses.job import analyse
from worker.jobs import Canceled, Interrupted, Services, Signals

ID = analysis().id


@pytest.fixture
def services(queue_server: Redis, picture_server: Redis) -> Services:
    return Services(
        queue=JobQueue(queue_server),
        store=Store(picture_server),
        events=Events(queue_server),
        board=ProgressBoard(queue_server),
        worker="w",
    )


def run(
    services: Services,
    engine: FakeEngine,
    *,
    beat: Callable[[], None] = lambda: None,
    stopping: Callable[[float], bool] = lambda _: False,
) -> None:
    analyse(
        analysis(),
        engine=engine,
        services=services,
        signals=Signals(beat=beat, stopping=stopping, hold=lambda _: None),
    )


def told(services: Services) -> list[tuple[str, dict]]:
    return [(event.kind, event.data) for event in services.events.after(START) if event.id == ID]


def test_it_says_that_it_begins_how_far_it_is_and_that_it_ends(services: Services) -> None:
    run(services, FakeEngine())
    kinds = [kind for kind, _ in told(services)]
    assert (kinds[0], kinds[-1], kinds.count("finished")) == ("started", "finished", 1)
    said = [data for kind, data in told(services) if kind == "progress"]
    assert [(data["phase"], data["step"], data["steps"]) for data in said] == [("clips", 0, 5), ("layers", 1, 1)]
    assert services.board.look([ID]) == {}


def test_progress_can_be_looked_up_while_it_runs(services: Services) -> None:
    seen = []
    run(services, FakeEngine(pause=0.1), beat=lambda: seen.append(services.board.look([ID]).get(ID)))
    last = [each for each in seen if each][-1]
    assert (last.phase, last.steps, last.worker) == ("clips", 5, "w")
    assert last.step > 0
    assert last.eta_s is not None


def test_a_canceled_one_is_not_begun_and_a_running_one_ends_at_the_next_clip(services: Services) -> None:
    engine = FakeEngine()

    def beat() -> None:
        if len(engine.analysed) == 2:
            services.queue.cancel(ID)

    with pytest.raises(Canceled):
        run(services, engine, beat=beat)
    assert len(engine.analysed) == 2
    with pytest.raises(Canceled):
        run(services, engine)
    assert len(engine.analysed) == 2
    assert services.board.look([ID]) == {}


def test_it_gives_way_between_clips_and_goes_on_where_it_was(services: Services) -> None:
    engine = FakeEngine()
    with pytest.raises(Interrupted):
        run(services, engine, stopping=lambda done: done < 0.7 and len(engine.analysed) == 3)
    assert len(engine.analysed) == 3
    run(services, engine)
    assert len(engine.analysed) == 5


def test_what_would_be_begun_anew_does_not_give_way(services: Services) -> None:
    asked = []
    run(services, FakeEngine(), stopping=lambda done: bool(asked.append(done)))
    assert asked == [0.0] * 5 + [1.0]


def test_other_weights_are_not_analysed_in_the_place_of_those_that_were_meant(services: Services) -> None:
    engine = FakeEngine(card_=CARD.model_copy(update={"fingerprint": "fedcba9876543210"}))
    with pytest.raises(ModelProblem, match="changed"):
        run(services, engine)
