"""What docs/api.md shows is what is answered."""

import json
import re
from pathlib import Path

import pytest

from backend.answers import Job, LiveProgress, ModelSummary, OneUnit, Unit, Visualization
from contract.result import Result, StreamPicture
from contract.shelf import WorkerCard

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text()


def test_the_visualization_in_the_text_has_every_field() -> None:
    block = re.search(r"## A visualization\n\n```json\n(.*?)```", TEXT, re.DOTALL)
    shown = json.loads(block[1])
    assert set(shown) == set(Visualization.model_fields)
    assert set(shown["progress"]) == set(LiveProgress.model_fields)


@pytest.mark.parametrize("shape", [Job, Unit, ModelSummary, Result, StreamPicture, WorkerCard])
def test_every_field_of_its_own_is_named_in_the_text(shape: type) -> None:
    own = set(shape.model_fields) - set(Visualization.model_fields)
    explained_by_name = {"title", "description", "citation", "licence"}
    missing = {name for name in own - explained_by_name if not re.search(rf"\b{name}\b", TEXT)}
    assert missing == set()


def test_a_unit_at_a_chi_is_a_unit() -> None:
    assert set(OneUnit.model_fields) == {*Unit.model_fields, "chi", "otherwise"}
