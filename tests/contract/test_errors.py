import pytest

from contract import errors
from contract.errors import KinetoscopeError, UnknownLayer, UnknownModel


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    error = UnknownModel("dmeo", ["demo", "movinet"])
    assert error.detail == "There is no model 'dmeo'. Did you mean demo?"
    assert (error.allowed, error.did_you_mean) == (["demo", "movinet"], ["demo"])


def test_without_a_near_name_nothing_is_guessed() -> None:
    error = UnknownLayer("zzz", ["conv1"], within="demo")
    assert error.detail == "There is no layer 'zzz' in demo."
    assert error.did_you_mean == []


@pytest.mark.parametrize(
    "kind", [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, KinetoscopeError)]
)
def test_every_error_has_a_status_and_a_title(kind: type[KinetoscopeError]) -> None:
    assert 400 <= kind.status < 500
    assert kind.title
    assert kind.__doc__
