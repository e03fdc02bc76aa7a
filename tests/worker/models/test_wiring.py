import pytest

from contract.catalogue import LayerCard, ModelCard
from tests.fakes import CARD, layer
from worker.models.wiring import Source, Unknown, sources


def card(*layers: LayerCard) -> ModelCard:
    return CARD.model_copy(update={"layers": layers})


def fed(path: str, *inputs: str, units: int = 4, join: str = "") -> LayerCard:
    return layer(path, units=units).model_copy(update={"inputs": inputs, "join": join})


A, B, C = fed("a", "motion", units=3), fed("b", "motion", units=5), fed("c", "motion", units=5)


def test_branches_stand_one_after_the_other() -> None:
    top = fed("top", "b", "a", "c", join="concat")
    assert sources(card(A, B, C, top), top, 13) == [Source("b", 0, 5), Source("a", 5, 3), Source("c", 8, 5)]


def test_of_what_is_added_each_has_every_input() -> None:
    top = fed("top", "b", "c", join="add")
    assert sources(card(B, C, top), top, 5) == [Source("b", 0, 5), Source("c", 0, 5)]


def test_a_flattened_map_has_the_cells_of_a_unit_in_turn() -> None:
    top = fed("top", "a")
    assert sources(card(A, top), top, 27) == [Source("a", 0, 3, 9)]


def test_below_the_first_layer_there_is_nothing() -> None:
    assert sources(card(A), A, 20) == []


@pytest.mark.parametrize(
    ("top", "inputs"),
    [
        (fed("top", "a", "b", join="concat"), 9),
        (fed("top", "a"), 7),
        (fed("top", "a", "motion"), 3),
        (fed("top", "a", "b", join="add"), 15),
    ],
)
def test_what_is_not_one_for_one_is_refused(top: LayerCard, inputs: int) -> None:
    with pytest.raises(Unknown, match="top reads"):
        sources(card(A, B, top), top, inputs)
