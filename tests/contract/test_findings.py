import pytest
from pydantic import ValidationError

from contract.findings import Example, UnitFindings

EXAMPLE = {"clip": "a", "group": "top", "activation": 2.0, "box": (0, 0, 0.5, 1), "moment": 0.5, "trace": (1, 2)}


def test_findings_survive_json_and_cannot_be_changed():
    unit = UnitFindings(
        unit=3, maximum=2.0, selectivity=None, profile=(1.0,), contribution=(0.5,), examples=(Example(**EXAMPLE),)
    )
    assert UnitFindings.model_validate_json(unit.model_dump_json()) == unit
    with pytest.raises(ValidationError):
        unit.maximum = 3.0


@pytest.mark.parametrize("change", [{"group": "best"}, {"box": (0, 0, 1)}, {"score": 1}])
def test_what_is_no_finding_is_refused(change):
    with pytest.raises(ValidationError):
        Example(**{**EXAMPLE, **change})
