import pytest

from contract.errors import Unsuited
from contract.units import UnitName, by_layer, in_order, named, written

ONE, OTHER = UnitName(layer="a.b-1", unit=3), UnitName(layer="conv", unit=0)


def test_units_in_an_address() -> None:
    assert named("a.b-1:3,conv:0") == [ONE, OTHER]
    assert written([ONE, OTHER]) == "a.b-1:3,conv:0"
    assert named("") == []
    with pytest.raises(Unsuited, match="'conv' is no unit"):
        named("conv")


def test_the_same_selection_is_the_same_request() -> None:
    assert in_order([OTHER, ONE, OTHER]) == in_order([ONE, OTHER]) == (ONE, OTHER)


def test_units_of_each_layer() -> None:
    assert by_layer([ONE, OTHER, UnitName(layer="conv", unit=7)]) == {"a.b-1": [3], "conv": [0, 7]}
