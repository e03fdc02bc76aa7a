import pytest

from contract.catalogue import Head, ModelCard, Stream
from contract.errors import UnitOutOfRange, UnknownLayer, Unsuited
from tests.fakes import CARD, STREAMS, spec


def test_a_card_survives_the_way_through_json() -> None:
    assert ModelCard.model_validate_json(CARD.model_dump_json()) == CARD


def test_layers_are_found_by_their_path() -> None:
    assert CARD.layer("motion.conv3_1").units == 64
    with pytest.raises(UnknownLayer) as error:
        CARD.layer("motion.conv3_2")
    assert error.value.did_you_mean[0] == "motion.conv3_1"
    assert "tiny" in error.value.detail


@pytest.mark.parametrize("unit", [-1, 8, 10**9])
def test_units_are_within_their_layer(unit: int) -> None:
    with pytest.raises(UnitOutOfRange, match="8 units, numbered 0 to 7"):
        CARD.check_unit("conv1", unit)


def test_the_first_and_the_last_unit_are() -> None:
    assert CARD.check_unit("conv1", 0) == CARD.check_unit("conv1", 7) == CARD.layer("conv1")


def test_motion_has_two_components_and_colour_three() -> None:
    assert [stream.channels for stream in STREAMS] == [3, 2]


def test_segments_are_equally_long() -> None:
    with pytest.raises(ValueError, match="7 frames are not 3 segments of equal length"):
        Stream(name="clip", kind="clip", frames=7, height=8, width=8, segments=3)


def test_probabilities_are_of_one_class_unless_the_head_of_the_classes_says_otherwise() -> None:
    assert CARD.output == "softmax"
    heads = (Head(layer="conv1", output="softmax"), Head(layer="classes", output="sigmoid"))
    assert CARD.model_copy(update={"heads": heads}).output == "sigmoid"
    assert CARD.model_copy(update={"heads": heads, "class_layer": "conv1"}).output == "softmax"


@pytest.mark.parametrize(
    ("layer", "parameters", "words"),
    [
        ("conv1", {"contrast": 0.3}, "the units of 'conv1' are none"),
        ("classes", {"contrast": 0.3, "rival": 1}, "no rival"),
        ("classes", {"contrast": 0.3, "objective": "channel"}, "no other objective"),
    ],
)
def test_contrast_is_for_classes_alone(layer: str, parameters: dict, words: str) -> None:
    with pytest.raises(Unsuited, match=words):
        CARD.check(spec(layer=layer, **parameters))


def test_a_class_may_be_set_against_all_others() -> None:
    CARD.check(spec(layer="classes", contrast=1.0))
    CARD.check(spec(layer="conv1", contrast=0.0))
