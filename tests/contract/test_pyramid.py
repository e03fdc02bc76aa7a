import pytest
from pydantic import ValidationError

from contract.pyramid import Node, Row


def test_a_node_without_a_unit_is_all_others_and_nothing_else_is_taken() -> None:
    other = Node(layer="fc7", unit=None, relevance=0.5)
    assert Row(layers=("fc7",), nodes=(other,), error=0.0).nodes[0].unit is None
    with pytest.raises(ValidationError):
        Node.model_validate({"layer": "fc7", "unit": 1, "relevance": 0.1, "colour": "red"})
