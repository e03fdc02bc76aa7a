"""Which devices there are, without asking torch."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.devices import every, gpus


@pytest.mark.parametrize(
    ("visible", "names"),
    [
        (None, ["cuda:0", "cuda:1", "cuda:2"]),
        ("2", ["cuda:0"]),
        ("0,2", ["cuda:0", "cuda:1"]),
        ("0,1,2,3", ["cuda:0", "cuda:1", "cuda:2"]),
        ("", ["auto"]),
        ("-1", ["auto"]),
    ],
)
def test_gpus_are_those_of_the_driver_that_may_be_used(tmp_path: Path, visible: str | None, names: list[str]) -> None:
    for name in ("0000:01:00.0", "0000:02:00.0", "0000:03:00.0"):
        (tmp_path / name).mkdir()
    assert every({} if visible is None else {"CUDA_VISIBLE_DEVICES": visible}, tmp_path) == names


def test_without_a_driver_the_worker_chooses(tmp_path: Path) -> None:
    assert gpus({}, tmp_path / "none") == 0
    assert every({"CUDA_VISIBLE_DEVICES": "0"}, tmp_path / "none") == ["auto"]
