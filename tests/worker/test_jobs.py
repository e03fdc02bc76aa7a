from collections.abc import Callable
from dataclasses import replace

import pytest
from redis import Redis

from contract.errors import ModelProblem
from contract.events import START, Events
from contract.progress import Progress, ProgressBoard
from contract.queue import JobQueue
from contract.spec import VisualizationSpec
from contract.store import Store
from tests.fakes import CARD, FakeEngine, result, spec
from worker.jobs import Canceled, Interrupted, Services, Signals, visualize


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
    *specs: VisualizationSpec,
    engine: FakeEngine | None = None,
    beat: Callable[[], None] = lambda: None,
    stopping: Callable[[float], bool] = lambda _done: False,
) -> list[list[str]]:
    """Compute the first spec with the others as mates; the claims that were held."""
    held: list[list[str]] = []
    visualize(
        specs[0],
        engine=engine or FakeEngine(),
        services=services,
        signals=Signals(beat=beat, stopping=stopping, hold=held.append),
        find_mates=lambda limit: list(specs[1 : limit + 1]),
    )
    return held


def kinds(services: Services, identity: str) -> list[str]:
    return [event.kind for event in services.events.after(START) if event.id == identity]


def test_a_spec_becomes_a_result_with_its_pictures(services: Services) -> None:
    run(services, spec(1))
    assert services.store.results([spec(1).id]) == {spec(1).id: result(spec(1))}
    assert services.store.media(spec(1).id, "motion-poster.webp") == b"poster"
    assert services.queue.handed_over() == [spec(1).id]
    assert kinds(services, spec(1).id) == ["started", "progress", "preview", "finished"]


def test_mates_are_computed_along_and_held_meanwhile(services: Services) -> None:
    engine = FakeEngine(batch=3)
    held = run(services, *[spec(unit) for unit in range(5)], engine=engine)
    assert engine.batches == [[spec(unit).id for unit in range(3)]]
    assert held == [[spec(1).id, spec(2).id], []]
    assert all(kinds(services, spec(unit).id)[-1] == "finished" for unit in range(3))
    assert services.queue.handed_over() == [spec(unit).id for unit in range(3)]


def test_what_is_done_before_the_first_step_is_told(services: Services) -> None:
    told: list[Progress] = []
    report = services.board.report
    services.board.report = lambda states: (told.extend(states.values()), report(states))  # type: ignore[method-assign]
    run(services, spec(1), engine=FakeEngine(prepares=3))
    assert [(state.phase, state.step, state.steps) for state in told][:1] == [("preparing", 0, 3)]
    assert all(state.phase == "" for state in told if state.steps != 3)
    first = next(event for event in services.events.after(START) if event.kind == "progress")
    assert (first.data["phase"], first.data["steps"]) == ("preparing", 3)


def test_preparing_can_be_canceled_and_interrupted(services: Services) -> None:
    with pytest.raises(Interrupted):
        run(services, spec(1), engine=FakeEngine(prepares=3), stopping=lambda done: done == 0)
    services.queue.submit(spec(1))
    services.queue.take()

    def give_up() -> None:
        services.queue.cancel(spec(1).id)

    engine = FakeEngine(prepares=3)
    with pytest.raises(Canceled):
        run(services, spec(1), engine=engine, beat=give_up)
    assert engine.batches == []


def test_what_is_computed_already_is_not_computed_again(services: Services) -> None:
    services.store.put(result(spec(1)), {})
    services.store.put(result(spec(2)), {})
    engine = FakeEngine()
    run(services, spec(1), engine=engine)
    assert engine.batches == []
    assert kinds(services, spec(1).id) == ["finished"]
    run(services, spec(3), spec(2), engine=engine)
    assert engine.batches == [[spec(3).id]]


def test_a_result_whose_maker_died_before_it_said_so_is_handed_over(services: Services) -> None:
    services.store.put(result(spec(1)), {})
    assert services.queue.handed_over() == []
    run(services, spec(1))
    assert services.queue.handed_over() == [spec(1).id]


def test_an_optimizer_that_ends_without_a_result_is_a_failure(services: Services) -> None:
    class Silent(FakeEngine):
        def optimize(self, model, specs):
            for step in super().optimize(model, specs):
                yield replace(step, finished={})

    with pytest.raises(RuntimeError, match="without a result"):
        run(services, spec(1), engine=Silent())
    assert kinds(services, spec(1).id)[-1] != "finished"


def test_progress_is_reported_but_not_at_every_step(services: Services) -> None:
    run(services, spec(1), engine=FakeEngine(steps=500))
    assert len(kinds(services, spec(1).id)) < 20
    assert services.board.look([spec(1).id]) == {}


def test_progress_is_seen_while_it_runs(services: Services) -> None:
    seen = []
    run(services, spec(1), beat=lambda: seen.append(services.board.look([spec(1).id])))
    state = seen[-1][spec(1).id]
    assert (state.step, state.steps, state.activation, state.preview, state.worker) == (1, 80, 0.2, 1, "w")
    assert services.store.preview(spec(1).id) == b"preview 1"


def test_a_canceled_spec_is_not_begun(services: Services) -> None:
    services.queue.cancel(spec(1).id)
    engine = FakeEngine()
    with pytest.raises(Canceled):
        run(services, spec(1), engine=engine)
    assert engine.batches == []


def test_a_cancel_ends_the_work_at_the_next_step(services: Services) -> None:
    steps = []

    def beat() -> None:
        steps.append(1)
        if len(steps) == 2:
            services.queue.cancel(spec(1).id)

    with pytest.raises(Canceled):
        run(services, spec(1), engine=FakeEngine(steps=500), beat=beat)
    assert len(steps) == 2
    assert kinds(services, spec(1).id)[-1] == "canceled"
    assert not services.store.has(spec(1).id)
    assert services.board.look([spec(1).id]) == {}


def test_a_canceled_mate_is_dropped_and_the_others_go_on(services: Services) -> None:
    run(services, spec(1), spec(2), beat=lambda: services.queue.cancel(spec(2).id) and None)
    assert services.store.has(spec(1).id)
    assert not services.store.has(spec(2).id)
    assert kinds(services, spec(2).id)[-1] == "canceled"


def test_mates_of_a_canceled_job_are_finished(services: Services) -> None:
    with pytest.raises(Canceled):
        run(services, spec(1), spec(2), beat=lambda: services.queue.cancel(spec(1).id) and None)
    assert not services.store.has(spec(1).id)
    assert services.store.has(spec(2).id)


def test_a_worker_that_is_to_stop_stops_at_the_next_step(services: Services) -> None:
    with pytest.raises(Interrupted):
        run(services, spec(1), spec(2), stopping=lambda done: done > 0)
    assert not services.store.has(spec(1).id)
    assert kinds(services, spec(2).id)[-1] == "queued"


def test_what_goes_wrong_is_passed_on_and_mates_wait_again(services: Services) -> None:
    services.queue.submit(spec(2))
    with pytest.raises(RuntimeError, match="boom"):
        run(services, spec(1), spec(2), engine=FakeEngine(explode=RuntimeError("boom")))
    assert kinds(services, spec(2).id) == ["started", "queued"]
    assert services.queue.positions() == {spec(2).id: 1}


def test_changed_weights_are_noticed(services: Services) -> None:
    engine = FakeEngine(card_=CARD.model_copy(update={"fingerprint": "f" * 16}))
    with pytest.raises(ModelProblem, match="weights"):
        run(services, spec(1), engine=engine)


def test_steps_are_forgotten_when_the_result_is_kept_or_unwanted(services: Services) -> None:
    class Looking(FakeEngine):
        def forget_steps(self, spec: VisualizationSpec) -> None:
            kept.append((spec.unit, services.store.has(spec.id)))

    kept: list[tuple[int, bool]] = []
    run(services, spec(1), spec(2), engine=Looking())
    run(services, spec(1), engine=Looking())
    assert kept == [(1, True), (2, True), (1, True)]
    kept.clear()
    run(services, spec(3), spec(4), engine=Looking(), beat=lambda: services.queue.cancel(spec(4).id) and None)
    assert kept == [(3, True), (4, False)]


def test_steps_are_kept_when_the_work_is_interrupted(services: Services) -> None:
    class Closing(FakeEngine):
        def optimize(self, model, specs):
            try:
                yield from super().optimize(model, specs)
            finally:
                closed.append([each.unit for each in specs])

    closed: list[list[int]] = []
    engine = Closing()
    with pytest.raises(Interrupted):
        run(services, spec(1), spec(2), engine=engine, stopping=lambda done: done > 0)
    assert closed == [[1, 2]]
    assert engine.forgotten == []
