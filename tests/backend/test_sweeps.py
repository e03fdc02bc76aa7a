import pytest
from redis import Redis

from backend import sweeps as keeping
from backend.sweep import SweepRequest, UnknownSweep, begin
from backend.sweeps import KEY, Sweeps
from contract.coverage import Coverage
from contract.shelf import WorkerCard
from tests.backend.test_sweeper import Place, place
from tests.fakes import CARD, result, spec

__all__ = ["place"]


def test_a_plan_knows_what_is_missing_and_what_one_costs(place: Place) -> None:
    sweep = begin(SweepRequest(model="tiny", layers=("conv1", "classes")), CARD)
    plan = place.sweeps.plan(sweep, CARD)
    assert (plan.runs, plan.missing, plan.untimed, plan.seconds) == (20, 20, 20, 0.0)
    assert (plan.workers, plan.blocked) == (0, "No worker is running.")
    place.desk.ask(spec(1))
    place.compute()
    able = {"device": "cpu", "fingerprints": {"tiny": CARD.fingerprint}}
    place.crew.shelf.check_in(WorkerCard(name="one", **able))
    place.crew.shelf.check_in(WorkerCard(name="two", **able, draining=True))
    place.crew.shelf.check_in(WorkerCard(name="three", device="cpu"))
    plan = place.sweeps.plan(sweep, CARD)
    first, second = plan.layers
    assert (first.missing, first.seconds) == (13, result(spec(1)).seconds)
    assert (second.missing, second.guessed, first.guessed) == (6, True, False)
    assert second.seconds == pytest.approx(first.seconds), "it is as large as the one that was measured"
    assert (plan.untimed, plan.guessed) == (0, 1)
    assert plan.seconds == pytest.approx(19 * result(spec(1)).seconds, abs=0.05)
    assert (plan.workers, plan.blocked) == (1, None)


def test_the_newest_is_first_and_old_ones_that_ended_are_forgotten(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "KEPT", 2)
    ids = [place.begin(layers=["conv1"], units=str(number)) for number in range(5)]
    assert [sweep.id for sweep in place.sweeps.all()] == ids[::-1]
    for identity in ids[:4]:
        place.sweeps.stop(identity, for_good=True)
    assert {sweep.id for sweep in place.sweeps.all()} == {ids[4], ids[3], ids[2]}


def test_one_that_is_begun_again_keeps_who_asked_first(place: Place) -> None:
    identity = place.begin(layers=["conv1"])
    created = place.sweeps.find(identity).created
    place.sweeps.stop(identity, for_good=True)
    again = place.sweeps.start(begin(SweepRequest(model="tiny", layers=("conv1",)), CARD), by="bob")
    assert (again.state, again.ended, again.by, again.created) == ("running", None, "ann", created)


def test_an_unknown_one_and_one_of_another_version(place: Place, queue_server: Redis) -> None:
    with pytest.raises(UnknownSweep, match="nope"):
        place.sweeps.find("nope")
    queue_server.hset(KEY, "old", '{"id": "old"}')
    assert Sweeps(place.desk, Coverage(queue_server)).all() == []


def test_a_layer_in_which_nothing_moves_is_computed_once(place: Place) -> None:
    still = CARD.layers[0].model_copy(update={"streams": ("appearance",)})
    card = CARD.model_copy(update={"layers": (still, *CARD.layers[1:])})
    sweep = begin(SweepRequest(model="tiny", layers=("conv1", "classes")), card)
    plan = place.sweeps.plan(sweep, card)
    assert [layer.runs for layer in plan.layers] == [7, 6]
    asked = {(run.layer, run.variant) for run in place.sweeps.missing(sweep, card)}
    assert asked == {("conv1", "slow"), ("classes", "slow"), ("classes", "fast")}
