import pytest
import torch

from tests.worker.planted import MOTION, linear_two_stream
from worker import canvas
from worker.analyses import optima
from worker.analyses.optima import CHIS
from worker.models.model import Statistics
from worker.optimum import Optimum


@pytest.fixture
def model():
    ones = {path: torch.ones(units) for path, units in (("appearance", 4), ("motion", 4), ("fusion", 6))}
    return linear_two_stream(statistics=Statistics(ones, {path: 0 * value for path, value in ones.items()}))


def optimum(activation: float | None) -> Optimum:
    return Optimum(spec=None, dead=False, reference=1.0, activation=activation)


def test_a_unit_that_needs_change_and_one_that_does_not_are_told_apart():
    nothing = dict.fromkeys((0.0, 1.0, 10.0), 0.0)
    slow_hurts = optima.tuning({10.0: optimum(0.2), 0.0: optimum(2.0), 1.0: optimum(1.0)}, nothing)
    assert slow_hurts.speeds == (0.0, 1.0, 10.0)
    assert slow_hurts.response == (1, 0.5, 0.1)
    assert slow_hurts.invariance == pytest.approx(1.6 / 3, abs=1e-4)
    assert slow_hurts.rest == 0
    assert optima.tuning({0.0: optimum(2.0), 10.0: optimum(2.0)}, nothing).invariance == 1
    assert optima.tuning({0.0: optimum(-1.0), 10.0: optimum(0.0)}, nothing) is None


def test_what_is_there_without_motion_does_not_count():
    found = optima.tuning({0.0: optimum(5.0), 10.0: optimum(4.5)}, {0.0: 4.0, 10.0: 4.0})
    assert found.response == (1, 0.5)
    assert found.rest == 0.8
    assert optima.tuning({0.0: optimum(5.0), 10.0: optimum(4.5)}, {0.0: 5.0, 10.0: 4.5}) is None


def test_at_rest_only_the_picture_is_left(model):
    layer = model.card.layer("fusion")
    found = optima.reach(model, "fusion", [0, 1], (0.0,), steps=10, device="cpu", done=lambda _: None)
    module = model.module
    weights = torch.einsum("um,mcyx->ucyx", module.fusion.weight[:, 4:, 0, 0], module.motion.weight)
    for unit in (0, 1):
        optimum = found[unit][0.0]
        motion = canvas.to_network(optimum.inputs["motion"][None], MOTION)[0]
        middle = motion.shape[1] // 2
        seen = motion[:, middle - 2 : middle + 3, middle - 2 : middle + 3]
        added = optimum.activation - optima.at_rest(model, layer, found[unit])[0.0]
        assert added == pytest.approx(float((weights[unit] * seen).sum()), rel=1e-3)


def test_a_layer_is_looked_at_with_its_control(model):
    counts = []
    control = optima.control_of(model)
    layer = model.card.layer("fusion")
    found = optima.look_at(model, control, layer, count=3, steps=30, done=counts.append)
    assert sorted(found.units) == [0, 2, 5]
    assert all(each.speeds == CHIS for each in found.units.values())
    assert all(each.response[0] >= each.response[-1] for each in found.units.values()), "slowness costs activation"
    assert found.invariance is not None
    assert found.control is not None
    assert found.likeness is not None
    assert sum(counts) == 2 * 3 * len(CHIS)


def test_a_linear_unit_of_steady_motion_minds_slowness_less_than_one_of_flicker(model):
    model.statistics.maximum["motion"].fill_(1e5)  # so weak a pull that the bound is not reached
    weights = model.module.motion.weight
    with torch.no_grad():
        weights[0] = 1.0  # the same in every frame
        weights[1] = torch.tensor([1.0, 1, -1, -1, 1, 1, -1, -1])[:, None, None]  # frames take turns
    found = optima.reach(model, "motion", [0, 1], CHIS, steps=40, device="cpu", done=lambda _: None)
    layer = model.card.layer("motion")
    steady, flicker = (
        optima.tuning(found[unit], optima.at_rest(model, layer, found[unit])).invariance for unit in (0, 1)
    )
    assert steady > 0.95
    assert flicker < 0.8 * steady


def test_a_layer_without_motion_has_no_tuning(model):
    found = optima.look_at(model, model, model.card.layer("appearance"), count=2, steps=3)
    assert (found.units, found.invariance, found.likeness) == ({}, None, None)


def test_dead_units_are_not_sampled(model):
    card = model.card.model_copy(update={"dead": {"fusion": (0, 5)}})
    assert optima.sample(card, card.layer("fusion"), 2) == [1, 4]
    assert optima.sample(card, card.layer("fusion"), 99) == [1, 2, 3, 4]


def test_the_control_is_another_network_on_a_scale_of_its_own(model):
    control = optima.control_of(model)
    assert not torch.equal(control.module.fusion.weight, model.module.fusion.weight)
    assert control.statistics.maximum["fusion"].shape == (6,)
