"""A sweep, pass by pass, on a real queue; the server's own thread does not run here."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis import Redis

from backend import sweeper as sweeping
from backend.desk import Desk
from backend.filer import Filer
from backend.room import Room
from backend.sweep import Sweep, SweepRequest, begin
from backend.sweeper import CALLED_BACK, Sweeper
from backend.sweeps import Sweeps
from contract.coverage import Coverage
from contract.reaper import Reaper
from contract.shelf import WorkerCard
from contract.store import Store
from tests.backend.conftest import Crew
from tests.fakes import CARD, spec


class Place:
    """A server's sweeps, without its threads."""

    def __init__(self, crew: Crew, cache: Redis, data: Path) -> None:
        services = crew.services
        self.crew, self.queue = crew, services.queue
        store = Store(cache, data)
        self.left = 10**12
        self.desk = Desk(
            store=store,
            queue=services.queue,
            events=services.events,
            board=services.board,
            shelf=crew.shelf,
            room=Room(data, 200, free=lambda _folder: self.left),
        )
        self.coverage = Coverage(services.queue.connection)
        self.sweeps = Sweeps(self.desk, self.coverage)
        self.sweeper = Sweeper(self.sweeps, self.desk)
        reaper = Reaper(self.queue, services.events, crew.shelf)
        self.filer = Filer(self.desk, coverage=self.coverage, reaper=reaper)

    def begin(self, **request: object) -> str:
        sweep = begin(SweepRequest(model="tiny", **request), CARD)  # type: ignore[arg-type]
        return self.sweeps.start(sweep, by="ann").id

    def compute(self) -> None:
        self.crew.work()
        self.filer.round()

    def now(self, identity: str) -> Sweep:
        return self.sweeps.find(identity)

    def finish(self, identity: str) -> Sweep:
        for _ in range(40):
            self.sweeper.round()
            if self.now(identity).state != "running":
                break
            self.compute()
        return self.now(identity)


@pytest.fixture
def place(crew: Crew, picture_server: Redis, tmp_path: Path) -> Place:
    return Place(crew, picture_server, tmp_path)


def test_a_sweep_goes_on_until_all_is_computed(place: Place) -> None:
    identity = place.begin(layers=["conv1"])
    place.sweeper.round()
    assert len(place.now(identity).open) == len(place.queue.positions()) == 14
    assert {record.priority for record in place.queue.records(place.now(identity).open).values()} == {"batch"}
    done = place.finish(identity)
    assert (done.state, done.open, done.failed) == ("finished", {}, {})
    view = place.sweeps.view(done)
    assert (view.runs, view.missing, view.by) == (14, 0, "ann")
    assert view.ended


def test_the_queue_is_filled_no_further_than_workers_need(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "WAITING", 6)
    identity, later = place.begin(layers=["motion.conv3_1"]), place.begin(layers=["conv1"])
    place.sweeper.round()
    assert (len(place.now(identity).open), len(place.now(later).open)) == (6, 0)
    place.sweeper.round()
    assert len(place.queue.positions()) == 6
    assert place.finish(identity).state == "finished"
    assert place.finish(later).state == "finished"
    assert sum(map(len, place.crew.engine.batches)) == 128 + 14, "nothing is computed twice"


def test_a_sweep_waits_for_room_on_the_disk(place: Place) -> None:
    identity, place.left = place.begin(layers=["conv1"]), 0
    place.sweeper.round()
    assert not place.queue.positions()
    assert place.now(identity).state == "running"
    place.left = 10**12
    assert place.finish(identity).state == "finished"


def test_what_is_there_already_is_not_asked_for(place: Place) -> None:
    place.desk.ask(spec(1))
    place.compute()
    identity = place.begin(layers=["conv1"], units="0-2", variants=["slow"])
    place.sweeper.round()
    assert sorted(run.unit for run in place.now(identity).open.values()) == [0, 2]


def test_a_pause_calls_back_what_waits_and_spares_what_somebody_asked_for(place: Place) -> None:
    identity = place.begin(layers=["conv1"], units="0-2", variants=["slow"])
    place.sweeper.round()
    place.desk.ask(spec(1))
    assert place.sweeps.stop(identity, for_good=False).state == "paused"
    assert list(place.queue.positions()) == [spec(1).id]
    place.sweeper.round()
    assert len(place.queue.positions()) == 1, "a paused one asks for nothing"
    place.sweeps.start(place.now(identity), by=None)
    assert place.finish(identity).state == "finished"
    assert place.sweeps.stop(identity, for_good=True).state == "finished", "one that has ended stays as it is"


def test_a_failure_is_kept_and_tried_again_when_it_is_begun_again(place: Place) -> None:
    place.crew.engine.explode = ValueError("no such thing")
    identity = place.begin(layers=["conv1"], units="2")
    failed = place.finish(identity)
    assert failed.state == "finished"
    assert {(run.unit, run.variant, run.error) for run in failed.failed.values()} == {
        (2, "slow", "ValueError: no such thing"),
        (2, "fast", "ValueError: no such thing"),
    }
    place.crew.engine.explode = None
    place.sweeps.start(failed, by=None)
    again = place.finish(identity)
    assert (again.state, again.failed) == ("finished", {})


def test_a_job_that_somebody_cancels_is_left_alone(place: Place) -> None:
    identity = place.begin(layers=["conv1"], units="0-1", variants=["slow"])
    place.sweeper.round()
    place.desk.cancel(spec(1).id)
    done = place.finish(identity)
    assert done.state == "finished"
    assert [run.error for run in done.failed.values()] == [CALLED_BACK]


def test_a_server_that_died_between_asking_and_remembering_asks_for_nothing_twice(place: Place) -> None:
    identity = place.begin(layers=["conv1"])
    before = place.now(identity)
    place.sweeper.round()
    place.sweeps.keep(before)
    place.compute()
    assert place.finish(identity).state == "finished"
    assert sum(map(len, place.crew.engine.batches)) == 14


def test_it_waits_for_a_model_that_is_gone_or_has_changed(place: Place) -> None:
    identity = place.begin(layers=["conv1"])
    place.crew.shelf.publish(CARD.model_copy(update={"fingerprint": "f" * 16}))
    place.sweeper.round()
    assert place.queue.positions() == {}
    assert "begin another sweep" in (place.sweeps.view(place.now(identity)).blocked or "")
    place.crew.shelf.publish(CARD)
    assert place.finish(identity).state == "finished"


def test_a_result_that_nobody_counted_counts(place: Place) -> None:
    identity = place.begin(layers=["conv1"], units="0", variants=["slow"])
    place.sweeper.round()
    place.compute()
    place.queue.connection.delete(*place.queue.connection.keys("kinetoscope:coverage:*"))
    assert place.finish(identity).state == "finished"


def test_one_that_no_worker_can_do_takes_no_room_from_others(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "WAITING", 6)
    gone = CARD.model_copy(update={"name": "gone"})
    place.crew.shelf.publish(gone)
    place.crew.shelf.check_in(WorkerCard(name="one", device="cpu", fingerprints={"tiny": CARD.fingerprint}))
    old = place.sweeps.start(begin(SweepRequest(model="gone", layers=("conv1",)), gone), by=None).id
    new = place.begin(layers=["conv1"])
    for _ in range(2):
        place.sweeper.round()
    assert (len(place.now(old).open), len(place.now(new).open)) == (6, 6)
    assert "model 'gone'" in (place.sweeps.view(place.now(old)).blocked or "")


def test_a_pause_leaves_what_another_sweep_wants(place: Place) -> None:
    narrow = place.begin(layers=["conv1"], units="0-1", variants=["slow"])
    wide = place.begin(layers=["conv1"], variants=["slow"])
    place.sweeper.round()
    place.sweeps.stop(wide, for_good=False)
    assert set(place.queue.positions()) == set(place.now(narrow).open) == {spec(0).id, spec(1).id}
    done = place.finish(narrow)
    assert (done.state, done.failed) == ("finished", {})


def test_what_ran_on_when_it_was_paused_is_struck_off(place: Place) -> None:
    identity = place.begin(layers=["conv1"], units="1", variants=["slow"])
    place.sweeper.round()
    place.desk.ask(spec(1))  # somebody waits for it: it is not called back
    assert place.sweeps.stop(identity, for_good=False).open
    place.compute()
    place.sweeper.round()
    assert (place.now(identity).state, place.now(identity).open) == ("paused", {})


def test_one_in_which_all_fails_is_paused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "FAILURES", 5)
    monkeypatch.setattr(sweeping, "AT_ONCE", 3)
    place.crew.engine.explode = ValueError("no such thing")
    paused = place.finish(place.begin(layers=["motion.conv3_1"]))
    assert (paused.state, paused.open, len(paused.failed)) == ("paused", {}, 6)
    place.crew.engine.explode = None
    place.sweeps.start(paused, by=None)
    assert len(place.now(paused.id).failed) == 0
