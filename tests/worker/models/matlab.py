"""Networks as MatConvNet saves them, written by other programs' writers: scipy (format 5) and hdf5storage (7.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

FORMATS = ("5", "7.3")


def save(path: Path, variables: Mapping[str, Any], version: str) -> Path:
    """A MATLAB file of the format; the test is skipped where its writer is not installed."""
    if version == "5":
        pytest.importorskip("scipy.io", reason="pip install -r requirements-dev.txt").savemat(path, dict(variables))
        return path
    writer = pytest.importorskip("hdf5storage", reason="pip install -r requirements-dev.txt")
    options = {"oned_as": "row", "store_python_metadata": False, "matlab_compatible": True}
    path.unlink(missing_ok=True)
    writer.savemat(str(path), dict(variables), format="7.3", **options)
    return path


def structures(rows: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """An array of structures."""
    made = np.zeros((1, len(rows)), dtype=[(key, object) for key in rows[0]])
    for i, row in enumerate(rows):
        for key, value in row.items():
            made[0, i][key] = value
    return made


def cell(items: Sequence[Any]) -> np.ndarray:
    """A cell array."""
    made = np.empty((1, len(items)), dtype=object)
    for i, item in enumerate(items):
        made[0, i] = item
    return made


def filters(weight: Tensor) -> np.ndarray:
    """(units, channels, [time,] height, width) as MATLAB has them: height, width, [time,] channels, units."""
    order = (2, 3, 1, 0) if weight.ndim == 4 else (3, 4, 2, 1, 0)
    return weight.permute(order).numpy()


def row(values: Tensor) -> np.ndarray:
    return values[None].numpy()


def moments(mean: Tensor, variance: Tensor, epsilon: float = 1e-5) -> np.ndarray:
    """Mean, and the root of the variance plus epsilon, a row per channel."""
    return torch.stack([mean, (variance.double() + epsilon).sqrt().float()], 1).numpy()


def dagnn(layers: Sequence[tuple[str, str, str, str, Sequence[np.ndarray]]]) -> dict[str, Any]:
    """A DagNN of layers (name, type, input, output, weights)."""
    rows, params = [], []
    for name, kind, given, made, weights in layers:
        names = [f"{name}_{i}" for i in range(len(weights))]
        params += [{"name": each, "value": value} for each, value in zip(names, weights, strict=True)]
        rows.append({"name": name, "type": kind, "inputs": cell([given]), "outputs": cell([made]),
                     "params": cell(names) if names else np.zeros((0, 0), dtype=object),
                     "block": {"hasBias": True}})  # fmt: skip
    return {"layers": structures(rows), "params": structures(params), "meta": {"classes": "none"}}
