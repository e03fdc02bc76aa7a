"""The loop against closed forms: on a linear network the optimum is known on paper."""

import gc
from dataclasses import replace

import pytest
import torch

from contract.errors import UnitOutOfRange
from tests.worker.planted import APPEARANCE, MOTION, last, linear_two_stream, snippets, spec
from worker import canvas
from worker.checkpoints import Checkpoints
from worker.data_term import DataTerm
from worker.execute import Executions
from worker.models.model import Statistics
from worker.optimize import optimize as optimize_fast

BOUND_ONLY = {"kappa": 0, "chi": 0, "jitter": 0, "steps": 600, "sigma": 1000.0, "rate_motion": 150.0, "reach": 0}
"""sigma so large that the energy does not count: only the bound is left."""


def optimize(model, specs):
    """In full precision, so that closed forms hold to the digit."""
    return optimize_fast(model, specs, dtype=torch.float32)


def motion_weights(model, layer, unit):
    """Kernel of a motion unit as (component, time, height, width)."""
    weight = getattr(model.module, layer).weight[unit]
    return weight.view(4, 2, *weight.shape[1:]).transpose(0, 1)


def test_with_the_bound_alone_the_optimum_points_along_the_weights():
    model = linear_two_stream()
    (optimum,) = last(optimize(model, [spec("motion", 1, **BOUND_ONLY)]))
    x, w = optimum.inputs["motion"], motion_weights(model, "motion", 1)
    expected = 160 * w / w.norm(dim=0, keepdim=True)
    assert torch.allclose(x, expected, atol=1.0)


def test_with_energy_alone_the_magnitude_is_the_closed_form():
    model = linear_two_stream()
    values = {
        "kappa": 0,
        "chi": 0,
        "jitter": 0,
        "steps": 600,
        "gain": 20.0,
        "rate_appearance": 2.0,
    }
    (optimum,) = last(optimize(model, [spec("appearance", 2, **values)]))
    x = optimum.inputs["appearance"][:, 0]
    w = model.module.appearance.weight[2] / 255
    sigma, alpha, area, rho = 80.0, 6.0, 25, 5
    slope = 20.0 / rho**2 * w.norm(dim=0)
    magnitude = (slope * area * sigma**alpha / alpha) ** (1 / (alpha - 1))
    assert magnitude.max() < 160
    assert torch.allclose(x, w / w.norm(dim=0) * magnitude, atol=0.5)


def test_the_reference_only_rescales_the_gain():
    twice = Statistics(maximum={"motion": torch.full((4,), 2.0)}, mean={"motion": torch.zeros(4)}, source="clips")
    values = {"steps": 40, "kappa": 1.0, "chi": 10.0}
    (plain,) = last(optimize(linear_two_stream(), [spec("motion", 0, gain=50.0, **values)]))
    (scaled,) = last(optimize(linear_two_stream(statistics=twice), [spec("motion", 0, gain=100.0, **values)]))
    assert torch.allclose(plain.inputs["motion"], scaled.inputs["motion"], atol=1e-2)
    assert scaled.reference == 2.0


def test_both_streams_are_optimized_jointly_from_one_unit():
    model = linear_two_stream()
    (optimum,) = last(optimize(model, [spec("fusion", 3, **BOUND_ONLY)]))
    mix = model.module.fusion.weight[3, :, 0, 0]
    w = (mix[4:, None, None, None] * model.module.motion.weight).sum(0).view(4, 2, 5, 5).transpose(0, 1)
    assert torch.allclose(optimum.inputs["motion"], 160 * w / w.norm(dim=0), atol=1.0)
    assert set(optimum.inputs) == {"appearance", "motion"}


def test_a_unit_of_one_stream_leaves_the_other_out():
    (optimum,) = last(optimize(linear_two_stream(), [spec("motion", 0, steps=3)]))
    assert set(optimum.inputs) == {"motion"}


def test_slow_costs_change_over_time_and_fast_does_not():
    specs = [spec("motion", 2, chi=chi, steps=80, gain=200.0) for chi in (10.0, 0.0)]
    slow, fast = (o.inputs["motion"] for o in last(optimize(linear_two_stream(), specs)))

    def change(x):
        return float(x.diff(dim=1).square().sum() / x.square().sum())

    assert change(slow) < change(fast) / 10


def test_batch_mates_do_not_change_a_unit():
    def run(mate, chi):
        specs = [spec("fusion", 1, steps=20, seed=3), spec("fusion", mate, steps=20, seed=7, chi=chi)]
        return last(optimize(linear_two_stream(), specs))[0]

    one, other = run(2, 10.0), run(5, 0.0)
    assert all(torch.equal(one.inputs[name], other.inputs[name]) for name in one.inputs)


def test_the_same_spec_gives_the_same_bits_and_another_seed_does_not():
    def run(seed):
        return last(optimize(linear_two_stream(), [spec("fusion", 1, steps=10, seed=seed)]))[0].inputs["motion"]

    assert torch.equal(run(5), run(5))
    assert not torch.equal(run(5), run(6))


def test_the_reported_activation_is_that_of_the_unshifted_input():
    model = linear_two_stream()
    (optimum,) = last(optimize(model, [spec("appearance", 0, steps=15)]))
    x = optimum.inputs["appearance"]
    sent = (x[:, 0] + 127.5) / 255 - 0.5
    by_hand = (model.module.appearance.weight[0] * sent).sum() + model.module.appearance.bias[0]
    assert optimum.activation == pytest.approx(float(by_hand), rel=1e-4)


def test_a_dead_unit_is_reported_and_not_optimized():
    silent = Statistics(
        maximum={"motion": torch.tensor([1.0, -0.5, 1.0, 1.0])}, mean={"motion": torch.zeros(4)}, source="clips"
    )
    model = linear_two_stream(statistics=silent)
    dead, alive = last(optimize(model, [spec("motion", 1, steps=4), spec("motion", 0, steps=4)]))
    assert dead.dead
    assert dead.activation is None
    assert not dead.inputs
    assert not alive.dead
    (alone,) = last(optimize(model, [spec("motion", 1, steps=4)]))
    assert alone.dead


def test_each_of_a_batch_is_told_of_once_dead_or_alive():
    silent = Statistics(
        maximum={"motion": torch.tensor([1.0, -0.5, 1.0, 1.0])}, mean={"motion": torch.zeros(4)}, source="clips"
    )
    specs = [spec("motion", unit, steps=4) for unit in (1, 0, 2)]
    told = [i for step in optimize(linear_two_stream(statistics=silent), specs) for i in step.finished]
    assert sorted(told) == [0, 1, 2]


def test_specs_of_different_layers_cannot_share_a_batch():
    with pytest.raises(ValueError, match="share"):
        list(optimize(linear_two_stream(), [spec("motion", 0), spec("fusion", 0)]))


def test_low_precision_reaches_the_same_activation():
    specs = [spec("fusion", 1, steps=60)]
    (low,), (full,) = (
        last(optimize_fast(linear_two_stream(), specs, dtype=torch.bfloat16)),
        last(optimize(linear_two_stream(), specs)),
    )
    assert low.activation == pytest.approx(full.activation, rel=0.03)


def test_a_thousand_units_leave_nothing_behind():
    model, executions = linear_two_stream(), Executions("cpu")

    def batch(first):
        specs = [spec("fusion", unit % 6, seed=unit, steps=1) for unit in range(first, first + 10)]
        return len(last(optimize_fast(model, specs, executions=executions)))

    def tensors():
        gc.collect()
        return sum(type(each) is torch.Tensor for each in gc.get_objects())

    batch(0)
    before = tensors()
    assert sum(batch(first) for first in range(0, 1000, 10)) == 1000
    assert tensors() == before
    assert not any(part._forward_hooks for part in model.module.modules())


def test_a_unit_that_is_done_makes_room_and_gets_what_it_would_get_alone():
    specs = [spec("fusion", unit, steps=6, seed=unit) for unit in range(5)]
    together = list(optimize(linear_two_stream(), specs))
    assert [sorted(step.finished) for step in together if step.finished] == [[0, 1], [2, 3], [4]]
    assert together[6].ages == [6, 6, 1, 1, 0]
    alone = last(optimize(linear_two_stream(), specs[4:]))[0]
    late = together[-1].optima[4]
    assert all(torch.equal(late.inputs[name], alone.inputs[name]) for name in alone.inputs)


def test_too_little_memory_halves_the_slots_and_loses_nothing(monkeypatch):
    specs = [spec("fusion", unit, steps=4, seed=unit) for unit in range(6)]
    expected = last(optimize_fast(linear_two_stream(), specs, dtype=torch.float32, slots=1))
    ask, asked = DataTerm.gradients, []

    def scarce(term, pictures, views):
        asked.append(len(views))
        if len(views) > 1 and len(asked) > 6:
            raise torch.OutOfMemoryError("no more")
        return ask(term, pictures, views)

    monkeypatch.setattr(DataTerm, "gradients", scarce)
    steps = list(optimize_fast(linear_two_stream(), specs, dtype=torch.float32, slots=4))
    assert asked[:7] == [4] * 7
    assert asked[7] == 2
    assert set(asked[8:]) == {1}
    assert sorted(member for step in steps for member in step.finished) == list(range(6))
    assert steps[-1].optima[5].activation == pytest.approx(expected[5].activation, rel=0.01)


def test_too_little_memory_does_not_send_elders_back_to_the_start(monkeypatch):
    """Elders are of no use to whoever asked, but those that follow must differ from them."""
    specs = [spec("fusion", 1, steps=4, seed=2, diversity=1.0)]
    (expected,) = last(optimize_fast(linear_two_stream(), specs, dtype=torch.float32, slots=1))
    ask, asked = DataTerm.gradients, []

    def scarce(term, pictures, views):
        asked.append(len(views))
        if len(views) > 1 and len(asked) > 6:
            raise torch.OutOfMemoryError("no more")
        return ask(term, pictures, views)

    monkeypatch.setattr(DataTerm, "gradients", scarce)
    steps = list(optimize_fast(linear_two_stream(), specs, dtype=torch.float32, slots=2))
    assert asked == [2] * 7 + [1] * 8, "the first elder is done after four, the second is cut short and begins again"
    assert [sorted(step.finished) for step in steps if step.finished] == [[0]]
    assert steps[-1].optima[0].activation == pytest.approx(expected.activation, rel=0.01)


def test_no_memory_for_one_is_an_error(monkeypatch):
    def never(*_arguments):
        raise torch.OutOfMemoryError("no more")

    monkeypatch.setattr(DataTerm, "gradients", never)
    with pytest.raises(torch.OutOfMemoryError):
        list(optimize(linear_two_stream(), [spec("fusion", 1, steps=4)]))


def test_the_cone_and_the_whole_network_reach_the_same_picture(monkeypatch):
    model, wanted = linear_two_stream(), [spec("fusion", 2, steps=20)]
    (by_cone,) = last(optimize(model, wanted))
    monkeypatch.setattr(Executions, "_tape", lambda *_arguments: None)
    (by_network,) = last(optimize(model, wanted))
    assert (by_cone.execution, by_network.execution) == ("cone", "network")
    for name, x in by_cone.inputs.items():
        assert torch.allclose(x, by_network.inputs[name], atol=1e-2)


@pytest.mark.parametrize("values", [{"negative": True}, {"objective": "channel"}])
def test_other_objectives_go_their_own_way(values):
    model = linear_two_stream()
    plain, other = (finished(model, chosen) for chosen in ({}, values))
    assert other.activation < plain.activation
    if "negative" in values:
        assert other.activation < 0 < plain.activation


def test_a_rival_is_left_behind():
    model = linear_two_stream()
    plain, other = (finished(model, chosen) for chosen in ({}, {"rival": 3}))
    assert lead(model, other) > 1.1 * lead(model, plain)


def test_a_class_set_against_all_others_leads_them_by_more():
    model = linear_two_stream()
    model = replace(model, card=model.card.model_copy(update={"class_layer": "fusion"}))
    plain, other = (finished(model, chosen) for chosen in ({}, {"contrast": 1.0}))
    assert other.activation < plain.activation
    assert odds(model, other) > 1.1 * odds(model, plain)


def odds(model, optimum):
    """The logarithm of unit 1's odds in the middle cell."""
    cell = middle_cell(model, optimum)
    return float(cell[1] - cell[[0, 2, 3, 4, 5]].logsumexp(0))


def finished(model, values):
    (optimum,) = last(optimize(model, [spec("fusion", 1, steps=100, jitter=0, **values)]))
    return optimum


def lead(model, optimum):
    """How far unit 1 is above unit 3 in the middle cell."""
    cell = middle_cell(model, optimum)
    return float(cell[1] - cell[3])


def middle_cell(model, optimum):
    """All units of the middle cell."""
    inputs = [canvas.to_network(optimum.inputs[stream.name][None], stream) for stream in (APPEARANCE, MOTION)]
    joined = torch.cat([model.module.appearance(inputs[0]), model.module.motion(inputs[1])], 1)
    return model.module.fusion(joined)[0, :, 2, 2]


def test_a_rival_that_the_layer_lacks_is_refused():
    with pytest.raises(UnitOutOfRange):
        list(optimize(linear_two_stream(), [spec("fusion", 1, rival=6)]))


def test_slowness_does_not_couple_segments():
    """Motion that is constant in every segment costs no variation: the energy alone decides how strong it is.

    g |w| = lambda_B alpha |x|^(alpha - 1) at every pixel, with lambda_B = 1 / (HW sigma^alpha T/10) for T = 6 frames.
    """
    values = {"chi": 100.0, "jitter": 0, "steps": 600, "reach": 0, "gain": 40.0, "rate_motion": 2.0}
    (optimum,) = last(optimize(snippets(3), [spec("classes", 0, **values)]))
    slope, sigma, alpha, area = 40.0 / 16**2 * 2**0.5 / 100, 80.0, 6.0, 256 * 0.6
    magnitude = (slope * area * sigma**alpha / alpha) ** (1 / (alpha - 1))
    signs = torch.tensor([1.0, 1, -1, -1, 1, 1]).view(1, 6, 1, 1)
    assert magnitude < 160
    assert torch.allclose(optimum.inputs["motion"], (signs * magnitude / 2**0.5).expand(2, 6, 16, 16), atol=0.5)
    (coupled,) = last(optimize(snippets(1), [spec("classes", 0, **values)]))
    assert coupled.inputs["motion"].abs().max() < 0.9 * magnitude / 2**0.5


class Hours:
    """A clock that the test sets."""

    now = 0.0

    def __call__(self):
        return self.now


def cut_short(model, specs, folder, *, saved, ended):
    """A run that leaves its state after `saved` steps and dies after `ended`."""
    clock = Hours()
    steps = optimize_fast(model, specs, dtype=torch.float32, checkpoints=Checkpoints(folder, every=30.0, clock=clock))
    for step in steps:
        clock.now = 30.0 if step.index == saved else 0.0
        if step.index == ended:
            break
    with pytest.raises(MemoryError):  # dies: nothing is put in order
        steps.throw(MemoryError)


@pytest.mark.parametrize("values", [{}, {"prior": "fourier"}, {"prior": "phase"}, {"diversity": 1.0}, {"still": True}])
def test_a_run_that_was_cut_short_goes_on_and_ends_with_the_same_bits(tmp_path, values):
    model = linear_two_stream()
    specs = [spec("fusion", unit, steps=12, seed=1, **values) for unit in (1, 4)]
    whole = last(optimize(model, specs))
    cut_short(model, specs, tmp_path, saved=7, ended=9)
    assert len(list(tmp_path.glob("*.safetensors"))) == 2
    resumed = list(optimize_fast(model, specs, dtype=torch.float32, checkpoints=Checkpoints(tmp_path, every=30.0)))
    for one, other in zip(whole, resumed[-1].optima, strict=True):
        assert one.trace == other.trace
        assert one.activation == other.activation
        assert all(torch.equal(one.inputs[name], other.inputs[name]) for name in one.inputs)
    if "diversity" not in values:  # there the elders are first
        assert resumed[0].ages == [8, 8]
        assert resumed[-1].index == resumed[0].steps == 5


def test_one_goes_on_whoever_it_is_computed_with(tmp_path):
    model = linear_two_stream()
    one, other, third = (spec("fusion", unit, steps=10, seed=unit) for unit in range(3))
    (whole,) = last(optimize(model, [other]))
    cut_short(model, [one, other], tmp_path, saved=6, ended=8)
    kept = Checkpoints(tmp_path, every=30.0)
    steps = list(optimize_fast(model, [third, other], dtype=torch.float32, checkpoints=kept))
    assert steps[0].ages == [1, 7]
    assert torch.equal(steps[-1].optima[1].inputs["motion"], whole.inputs["motion"])


def test_a_run_that_is_closed_leaves_its_state_unless_it_was_short(tmp_path):
    for seconds, files in ((1.0, 0), (4.0, 1)):
        clock = Hours()
        kept = Checkpoints(tmp_path, every=30.0, clock=clock)
        steps = optimize_fast(linear_two_stream(), [spec("fusion", 1, steps=9)], checkpoints=kept)
        next(steps)
        clock.now = seconds
        steps.close()
        assert len(list(tmp_path.glob("*"))) == files


def test_a_calibration_in_between_begins_anew(tmp_path):
    specs = [spec("motion", 0, steps=10)]
    cut_short(linear_two_stream(), specs, tmp_path, saved=6, ended=8)
    twice = Statistics(maximum={"motion": torch.full((4,), 2.0)}, mean={"motion": torch.zeros(4)}, source="clips")
    for model, age in ((linear_two_stream(), 7), (linear_two_stream(statistics=twice), 1)):
        kept = Checkpoints(tmp_path, every=30.0)
        assert next(optimize_fast(model, specs, checkpoints=kept)).ages == [age]
