import pytest
from redis import Redis

from contract.catalogue import ModelCard
from contract.coverage import BUILT, Coverage, counted
from contract.spec import VisualizationSpec
from contract.variants import variant_of, variants
from tests.fakes import CARD, result, spec


def test_computed_units_are_counted_once_per_variant(queue_server: Redis) -> None:
    coverage = Coverage(queue_server)
    coverage.add([result(spec(0)), result(spec(1)), result(spec(1)), result(spec(1, chi=0))])
    assert coverage.of(CARD)["conv1"] == {"slow": 2, "fast": 1, "pictured": 2, "complete": 1, "dead": 1, "units": 8}
    assert coverage.of(CARD)["classes"] == {"slow": 0, "fast": 0, "pictured": 0, "complete": 0, "dead": 0, "units": 3}


def test_only_default_parameters_count(queue_server: Redis) -> None:
    coverage = Coverage(queue_server)
    coverage.add([result(spec(0, seed=1)), result(spec(0, chi=3)), result(spec(0, steps=10))])
    assert coverage.of(CARD)["conv1"]["slow"] == 0
    other = sorted(spec(0, **how).id for how in ({"seed": 1}, {"chi": 3}, {"steps": 10}))
    assert coverage.otherwise(CARD.fingerprint, "conv1", 0) == other
    assert coverage.otherwise(CARD.fingerprint, "conv1", 1) == []


def test_which_units_are_computed(queue_server: Redis) -> None:
    coverage = Coverage(queue_server)
    coverage.add([result(spec(0)), result(spec(7))])
    assert coverage.computed(CARD.fingerprint, "conv1", "slow") == {0, 7}
    assert coverage.computed(CARD.fingerprint, "conv1", "fast") == set()
    assert coverage.has(CARD.fingerprint, "conv1", "slow", 7)
    assert not coverage.has(CARD.fingerprint, "conv1", "slow", 1)


def clips_only() -> ModelCard:
    """Seen as still, slow and fast."""
    stream = CARD.streams[0].model_copy(update={"kind": "clip", "frames": 10})
    layers = [layer.model_copy(update={"streams": ("appearance",)}) for layer in CARD.layers]
    return CARD.model_copy(update={"streams": (stream,), "layers": tuple(layers)})


def looks_only() -> ModelCard:
    """Its layers see one frame: nothing moves, and one variant is all."""
    layers = [layer.model_copy(update={"streams": ("appearance",)}) for layer in CARD.layers]
    return CARD.model_copy(update={"layers": tuple(layers)})


MADE = {
    "nothing": [],
    "slow only": [spec(0), spec(1)],
    "fast only": [spec(0, chi=0), spec(3, chi=0)],
    "one of each": [spec(0), spec(1, chi=0)],
    "some in two": [spec(0), spec(0, chi=0), spec(1), spec(2, chi=0)],
    "one in three": [spec(0), spec(0, chi=0), spec(0, still=True), spec(1), spec(2, still=True)],
    "all in three": [spec(unit, **how) for unit in range(8) for how in ({}, {"chi": 0}, {"still": True})],
}


@pytest.mark.parametrize("card", [CARD, clips_only(), looks_only()], ids=["two streams", "clips", "one frame"])
@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_a_unit_has_pictures_when_any_variant_was_computed_and_all_when_each_was(
    queue_server: Redis, made: list[VisualizationSpec], card: ModelCard
) -> None:
    coverage = Coverage(queue_server)
    made = [each for each in made if card.one_input or not each.parameters.still]
    coverage.add([result(each) for each in made])
    names = {"slow"} if card == looks_only() else set(variants(card))
    of = {unit: {variant_of(each.parameters) for each in made if each.unit == unit} & names for unit in range(8)}
    pictured, complete = sum(map(bool, of.values())), sum(found == names for found in of.values())
    found = coverage.of(card)["conv1"]
    assert (found["pictured"], found["complete"]) == (pictured, complete)
    assert counted(card, map(result, made)) == {"units": 75, "pictured": pictured, "complete": complete, "dead": 1}


def test_a_dead_unit_is_computed_and_has_no_picture(queue_server: Redis) -> None:
    dead = [result(each).model_copy(update={"dead": True, "streams": ()}) for each in (spec(0), spec(0, chi=0))]
    Coverage(queue_server).add([*dead, result(spec(1)), result(spec(1, chi=0))])
    found = Coverage(queue_server).of(CARD)["conv1"]
    assert (found["pictured"], found["complete"]) == (1, 1)
    assert Coverage(queue_server).computed(CARD.fingerprint, "conv1", "slow") == {0, 1}
    assert counted(CARD, dead)["pictured"] == 0


def test_what_an_older_engine_made_does_not_count(queue_server: Redis) -> None:
    old = result(spec(0).model_copy(update={"engine": "0"}))
    Coverage(queue_server).add([old])
    assert Coverage(queue_server).of(CARD)["conv1"]["pictured"] == 0
    assert Coverage(queue_server).computed(CARD.fingerprint, "conv1", "slow") == set()
    assert counted(CARD, [old])["pictured"] == 0


def test_sets_of_an_older_form_are_built_again(queue_server: Redis) -> None:
    coverage = Coverage(queue_server)
    queue_server.set(BUILT, b"1")
    assert not coverage.built()
    coverage.mark_built()
    assert coverage.built()
