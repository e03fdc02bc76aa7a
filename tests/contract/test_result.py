import pytest
from pydantic import ValidationError

from contract.result import Result
from tests.fakes import result, spec


def test_a_result_survives_the_way_through_json() -> None:
    assert Result.model_validate_json(result(spec(1)).model_dump_json()) == result(spec(1))


def test_what_another_version_wrote_is_not_read_by_mistake() -> None:
    with pytest.raises(ValidationError):
        Result.model_validate(result(spec(1)).model_dump() | {"colour": 1})
