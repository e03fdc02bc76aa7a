"""MATLAB files in a process of their own: it may break down, and its words are one line."""

from pathlib import Path

import numpy as np
import pytest

from contract.errors import ModelProblem
from tests.worker.models import matlab as files
from worker import child
from worker.models import matlab


@pytest.mark.parametrize("version", files.FORMATS)
def test_values_arrive_as_they_were(tmp_path: Path, version: str) -> None:
    numbers = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    path = files.save(tmp_path / "a.mat", {"net": {"name": "x", "parts": files.cell([numbers, "y"])}}, version)
    found = matlab.read(path)["net"]
    assert found["name"] == "x"
    assert found["parts"][1] == "y"
    assert np.array_equal(found["parts"][0], numbers)
    assert found["parts"][0].dtype == np.float32


@pytest.mark.parametrize(("ended", "words"), [(-11, "broke down"), (None, "come to an end")])
def test_a_reader_that_dies_takes_nobody_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended: int | None, words: str
) -> None:
    path = files.save(tmp_path / "a.mat", {"x": np.ones(3)}, "5")
    monkeypatch.setattr(child, "run", lambda *_args, **_options: (ended, ""))
    with pytest.raises(ModelProblem, match=words):
        matlab.read(path)


def test_a_tree_and_its_arrays_are_put_together_again() -> None:
    arrays: dict[str, np.ndarray] = {}
    tree = {"a": [np.ones(2), "text"], "b": {"c": np.float64(3)}}
    again = matlab._grown(matlab._felled(tree, arrays), arrays)
    assert len(arrays) == 2
    assert again["a"][1] == "text"
    assert again["b"]["c"] == 3
