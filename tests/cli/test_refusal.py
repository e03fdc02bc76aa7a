import pytest
from pydantic import ValidationError

from backend.sweep import SweepRequest
from cli import refusal
from contract.spec import Parameters


@pytest.mark.parametrize(
    ("kind", "wrong", "said"),
    [
        (Parameters, {"steps": 0}, "--steps 0: Input should be greater than or equal to 1."),
        (SweepRequest, {"model": "demo", "units": "a-b"}, "--units 'a-b': 'a-b' names no units: numbers and ranges"),
    ],
)
def test_an_option_is_named_with_what_it_was_and_what_is_allowed(kind, wrong, said) -> None:
    with pytest.raises(ValidationError) as refused:
        kind.model_validate(wrong)
    assert refusal.words(refused.value).startswith(said)
