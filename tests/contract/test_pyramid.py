import pytest
from pydantic import ValidationError

from contract.errors import UnknownClass, UnknownLayer, Unsuited
from contract.pyramid import Node, PyramidRequest, PyramidSpec, Row, bind, class_of
from tests.fakes import CARD


def asked(**more: object) -> PyramidRequest:
    return PyramidRequest.model_validate({"clip": "drawn-3", **more})


def test_a_node_without_a_unit_is_all_others_and_nothing_else_is_taken() -> None:
    other = Node(layer="fc7", unit=None, relevance=0.5)
    assert Row(layers=("fc7",), nodes=(other,), error=0.0).nodes[0].unit is None
    with pytest.raises(ValidationError):
        Node.model_validate({"layer": "fc7", "unit": 1, "relevance": 0.1, "colour": "red"})


def test_a_class_by_name_or_number_is_one_pyramid() -> None:
    named, numbered = bind(asked(**{"class": "violin"}), CARD), bind(asked(**{"class": 1}), CARD)
    assert named.id == numbered.id
    assert (named.label, named.rival, named.fingerprint) == (1, None, CARD.fingerprint)
    others = [bind(asked(**more), CARD).id for more in ({}, {"class": 1, "rival": "drums"}, {"class": 1, "units": 4})]
    assert len({named.id, *others}) == 4


def test_of_all_clips_of_a_class_the_score_is_that_of_the_class_unless_another_is_named() -> None:
    assert bind(asked(clip="class-1"), CARD).label == 1
    assert bind(asked(clip="class-1", **{"class": "drums"}), CARD).label == 2


def test_a_spec_is_read_as_it_was_written() -> None:
    spec = bind(asked(rows=[["motion.conv3_1"], ["conv1"]]), CARD)
    assert PyramidSpec.model_validate(spec.model_dump(mode="json")) == spec


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"class": "violinn"}, UnknownClass, "Did you mean violin"),
        ({"class": 3}, UnknownClass, "'3'"),
        ({"class": 1, "rival": "violin"}, Unsuited, "its own rival"),
        ({"rows": [["conv2"]]}, UnknownLayer, "Did you mean conv1"),
        ({"rows": [["classes"]]}, Unsuited, "score itself"),
        ({"clip": "class-3"}, UnknownClass, "'3'"),
        ({"clip": "class-1", "rival": 1}, Unsuited, "its own rival"),
    ],
)
def test_mistakes_are_named(more: dict, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        bind(asked(**more), CARD)


def test_a_model_without_classes_has_no_pyramids() -> None:
    with pytest.raises(Unsuited, match="no classes"):
        bind(asked(), CARD.model_copy(update={"classes": ()}))


@pytest.mark.parametrize(
    ("clip", "number"), [("class-3", 3), ("class-012", 12), ("class-", None), ("drawn-3", None), ("xclass-3", None)]
)
def test_a_class_goes_by_its_number(clip: str, number: int | None) -> None:
    assert class_of(clip) == number
