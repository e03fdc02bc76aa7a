import json

import pytest

from contract.errors import UnknownModel
from worker.models import registry


def test_the_demo_comes_with_the_product_and_is_built_lazily(tmp_path):
    assert "demo" in registry.names(tmp_path)
    assert registry.load("demo", data=tmp_path).card.name == "demo"


def test_own_models_follow_those_that_come_with_the_product(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "mine.json").write_text(json.dumps({"file": "nowhere.py"}))
    assert registry.names(tmp_path)[-1] == "mine"
    assert "mine" not in registry.builders()


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path):
    with pytest.raises(UnknownModel, match="Did you mean demo") as caught:
        registry.load("dmo", data=tmp_path)
    assert "demo" in caught.value.allowed
