import pytest
from pydantic import ValidationError

from contract.ablation import AblationRequest, AblationSpec, bind
from contract.errors import UnitOutOfRange, UnknownClass, UnknownLayer, Unsuited
from tests.fakes import CARD, layer


def asked(*units: tuple[str, int]) -> AblationRequest:
    return AblationRequest.model_validate(
        {"clip": "drawn-3", "units": [{"layer": path, "unit": unit} for path, unit in units]}
    )


def test_a_selection_in_any_order_is_one_ablation() -> None:
    one, other = (
        bind(asked(("conv1", 3), ("motion.conv3_1", 0)), CARD),
        bind(asked(("motion.conv3_1", 0), ("conv1", 3)), CARD),
    )
    assert one.id == other.id != bind(asked(("conv1", 3)), CARD).id
    assert AblationSpec.model_validate(one.model_dump(mode="json")) == one


@pytest.mark.parametrize(
    ("units", "error", "words"),
    [
        ([("conv2", 0)], UnknownLayer, "Did you mean conv1"),
        ([("conv1", 8)], UnitOutOfRange, "numbered 0 to 7; 8"),
        ([("classes", 1)], Unsuited, "the score itself"),
        ([("heads", 1)], Unsuited, "only listens"),
    ],
)
def test_mistakes_are_named(units: list, error: type[Exception], words: str) -> None:
    card = CARD.model_copy(update={"layers": (*CARD.layers, layer("heads", kind="heads"))})
    with pytest.raises(error, match=words):
        bind(asked(*units), card)


def test_nothing_to_silence_is_no_request() -> None:
    with pytest.raises(ValidationError, match="at least 1"):
        asked()


def test_a_model_without_classes_has_no_scores_to_change() -> None:
    with pytest.raises(Unsuited, match="no classes"):
        bind(asked(("conv1", 0)), CARD.model_copy(update={"classes": ()}))


def test_clips_of_a_class_that_there_is_not_are_refused() -> None:
    with pytest.raises(UnknownClass):
        bind(asked(("conv1", 0)).model_copy(update={"clip": "class-3"}), CARD)
