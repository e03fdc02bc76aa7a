import pytest

from backend.sweep import Run, SweepRequest, begin
from contract.errors import UnknownLayer, Unsuited
from tests.fakes import CARD, spec


def test_equal_requests_are_one_sweep_and_others_are_others() -> None:
    plain = begin(SweepRequest(model="tiny"), CARD)
    assert plain.id == begin(SweepRequest(model="tiny", layers="all", variants=("fast", "slow")), CARD).id
    others = [
        SweepRequest(model="tiny", layers=("conv1",)),
        SweepRequest(model="tiny", units="0-3"),
        SweepRequest(model="tiny", variants=("slow",)),
    ]
    assert len({plain.id, *(begin(each, CARD).id for each in others)}) == 4
    assert begin(SweepRequest(model="tiny"), CARD.model_copy(update={"fingerprint": "f" * 16})).id != plain.id


def test_recommended_layers_are_chosen_where_there_are_any() -> None:
    layers = [each.model_copy(update={"recommended": each.path == "classes"}) for each in CARD.layers]
    card = CARD.model_copy(update={"layers": tuple(layers)})
    assert begin(SweepRequest(model="tiny"), card).layers == ("classes",)
    assert begin(SweepRequest(model="tiny"), CARD).layers == ("conv1", "motion.conv3_1", "classes")


@pytest.mark.parametrize(
    ("units", "numbers"), [("", [0, 1, 2, 3, 4, 6, 7]), ("0-1,6", [0, 1, 6]), ("5", []), ("6-900", [6, 7])]
)
def test_units_are_those_asked_for_without_the_dead(units: str, numbers: list[int]) -> None:
    sweep = begin(SweepRequest(model="tiny", layers=("conv1",), units=units), CARD)
    assert sweep.numbers(CARD, CARD.layer("conv1")) == numbers


def test_a_run_is_the_picture_that_the_page_shows() -> None:
    sweep = begin(SweepRequest(model="tiny"), CARD)
    assert sweep.spec(Run(layer="conv1", unit=3, variant="slow")).id == spec(3).id
    assert sweep.spec(Run(layer="conv1", unit=3, variant="fast")).id == spec(3, chi=0).id


def test_what_the_model_has_not_is_refused() -> None:
    with pytest.raises(UnknownLayer):
        begin(SweepRequest(model="tiny", layers=("conv9",)), CARD)
    with pytest.raises(Unsuited) as error:
        begin(SweepRequest(model="tiny", variants=("still",)), CARD)
    assert error.value.allowed == ["slow", "fast"]
