import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contract.identity import identity
from contract.spec import Parameters, VisualizationRequest, VisualizationSpec, bind

REQUEST = VisualizationRequest(model="tiny", layer="conv1", unit=1)
SPEC = bind(REQUEST, "0123456789abcdef")


def test_the_id_is_32_hexadecimal_digits() -> None:
    assert len(SPEC.id) == 32
    assert set(SPEC.id) <= set("0123456789abcdef")


def test_defaults_written_out_make_the_same_id() -> None:
    spelt = VisualizationSpec.model_validate(SPEC.model_dump())
    assert spelt.id == SPEC.id


def test_a_rival_is_a_unit_that_the_objective_reads() -> None:
    rival = VisualizationRequest(model="tiny", layer="conv1", unit=1, parameters=Parameters(rival=4))
    assert (REQUEST.units, rival.units) == ((1,), (1, 4))


def test_the_way_a_number_is_written_makes_no_other_id() -> None:
    texts = ['{"chi": 10}', '{"chi": 10.0}', '{"chi": 1e1}', "{}"]
    ids = {
        bind(REQUEST.model_copy(update={"parameters": Parameters.model_validate_json(t)}), "0" * 16).id for t in texts
    }
    assert len(ids) == 1


@given(st.integers(0, 2**31 - 1), st.floats(0, 1000), st.integers(0, 1_000_000))
def test_the_id_survives_the_way_through_json(seed: int, chi: float, unit: int) -> None:
    request = VisualizationRequest(model="tiny", layer="a.b", unit=unit, parameters=Parameters(seed=seed, chi=chi))
    spec = bind(request, "f" * 16)
    assert VisualizationSpec.model_validate(json.loads(spec.model_dump_json())).id == spec.id


@pytest.mark.parametrize(
    "change",
    [
        {"unit": 2},
        {"layer": "conv2"},
        {"model": "other"},
        {"fingerprint": "f" * 16},
        {"engine": "another"},
        {"parameters": Parameters(chi=9.99)},
        {"parameters": Parameters(seed=1)},
        {"parameters": Parameters(still=True)},
        {"parameters": Parameters(contrast=0.3)},
    ],
)
def test_whatever_decides_the_picture_decides_the_id(change: dict) -> None:
    assert SPEC.model_copy(update=change).id != SPEC.id


def test_a_parameter_that_came_later_leaves_the_id_as_it_was() -> None:
    said = SPEC.model_dump(mode="json")
    del said["parameters"]["contrast"]
    assert SPEC.id == identity(said)


@pytest.mark.parametrize("name", ["", "a/b", "a b", "..\\x", "é", "x" * 201, "a\n"])
def test_names_are_plain(name: str) -> None:
    with pytest.raises(ValidationError):
        VisualizationRequest(model=name, layer="conv1", unit=0)


@pytest.mark.parametrize("field", [name for name, info in Parameters.model_fields.items() if info.annotation is float])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -1.0, 1e12])
def test_numbers_are_finite_and_limited(field: str, value: float) -> None:
    with pytest.raises(ValidationError):
        Parameters.model_validate({field: value})


def test_every_parameter_has_a_line_of_help() -> None:
    assert all(info.description for info in Parameters.model_fields.values())
