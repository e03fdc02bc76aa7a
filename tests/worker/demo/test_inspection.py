import pytest
import torch

from contract.spec import FAST, SLOW
from tests.worker.demo.tiny import tiny_model
from worker.demo import inspection
from worker.demo.clips import CLASSES
from worker.demo.measures import label_of
from worker.optimize import optimize


@pytest.fixture(scope="module")
def model():
    return tiny_model(dead=(2,))


@pytest.fixture(scope="module")
def gallery(model):
    """Every optimum after two steps."""
    patch = pytest.MonkeyPatch()
    patch.setattr(
        inspection,
        "optimize",
        lambda model, specs: optimize(
            model, [s.model_copy(update={"parameters": s.parameters.model_copy(update={"steps": 2})}) for s in specs]
        ),
    )
    yield inspection.collect(model, seeds=range(7, 10), fusion_units=3, eye_seeds=2, orientation_seeds=3)
    patch.undo()


def test_every_class_is_there_slow_and_fast_with_the_first_seed(gallery):
    assert {(7, unit, chi) for unit in range(len(CLASSES)) for chi in (SLOW, FAST)} <= set(gallery.classes)


def test_the_pairs_are_there_with_as_many_seeds_as_asked_for(gallery):
    lipstick, cello = label_of("lipstick"), label_of("playing cello")
    assert {seed for seed, unit, chi in gallery.classes if unit == lipstick and chi == FAST} == {7, 8}
    assert {seed for seed, unit, chi in gallery.classes if unit == cello and chi == SLOW} == {7, 8, 9}


def test_fusion_units_are_alive_and_spread_over_the_layer(gallery):
    units = {unit for _, unit, _ in gallery.fusion}
    assert len(units) == 3
    assert 2 not in units
    assert {0, 5} <= units


def test_pairs_are_slow_and_fast_of_one_unit_and_the_first_seed(gallery):
    pairs = list(gallery.pairs())
    assert len(pairs) == len(CLASSES) + 3
    for slow, fast in pairs:
        assert slow.spec.unit == fast.spec.unit
        assert slow.spec.layer == fast.spec.layer
        assert (slow.spec.parameters.chi, fast.spec.parameters.chi) == (SLOW, FAST)
        assert slow.spec.parameters.seed == fast.spec.parameters.seed == 7


def test_an_optimum_belongs_to_its_key(gallery):
    for shelf in (gallery.classes, gallery.fusion):
        for (seed, unit, chi), optimum in shelf.items():
            p = optimum.spec.parameters
            assert (p.seed, optimum.spec.unit, p.chi) == (seed, unit, chi)
    lipstick = label_of("lipstick")
    one, other = (gallery.classes[seed, lipstick, SLOW].inputs["motion"] for seed in (7, 8))
    assert not torch.equal(one, other)
