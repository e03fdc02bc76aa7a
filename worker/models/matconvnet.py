"""Networks that MatConvNet saved: MATLAB files of both formats (5 and 7.3), of both of its kinds (SimpleNN, DagNN).

Weights come out under the names of their layers, filters as (units, channels, ...), batch normalization as torch's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from contract.errors import ModelProblem
from worker.models import matlab

EPSILON = 1e-5
"""What the known networks add to a variance; MatConvNet keeps the root of the sum."""

MAGIC = b"MATLAB"
"""How files of either format begin."""

CONVOLUTIONS = {"conv", "dagnn.Conv", "dagnn.Conv3D", "dagnn.ConvTime"}
NORMALIZATIONS = {"bnorm", "dagnn.BatchNorm", "dagnn.BatchNorm3D"}


def read(path: Path) -> dict[str, Tensor]:
    """The weights of a file, by layer. Raises ModelProblem, in one line."""
    found = matlab.read(path)
    try:
        return _weights(found, path)
    except (
        KeyError,
        IndexError,
        TypeError,
        ValueError,
        RuntimeError,
    ) as reason:  # what is there is not what a network is made of
        why = " ".join(str(reason).split())[:200].rstrip(".")
        raise ModelProblem(f"{path.name} is damaged, or no network of MatConvNet: {why}.") from reason


def _weights(found: Mapping[str, Any], path: Path) -> dict[str, Tensor]:
    network = found["net"] if isinstance(found.get("net"), Mapping) else found
    layers = _listed(network.get("layers"))
    if not layers or not all(isinstance(layer, Mapping) for layer in layers):
        variables = ", ".join(name for name in found if not name.startswith("__")) or "none"
        raise ModelProblem(f"{path.name} is no network of MatConvNet: it has no layers; its variables are {variables}.")
    if "params" in network:
        return _dagnn(layers, _listed(network["params"]), path)
    return _simplenn(layers)


def _simplenn(layers: Iterable[Mapping[str, Any]]) -> dict[str, Tensor]:
    weights: dict[str, Tensor] = {}
    for layer in layers:
        held = _listed(layer.get("weights")) or [layer[key] for key in ("filters", "biases") if key in layer]
        weights |= _named(str(layer.get("name", "")), str(layer.get("type", "")), held)
    return weights


def _dagnn(layers: list[Mapping[str, Any]], params: list[Mapping[str, Any]], path: Path) -> dict[str, Tensor]:
    values = {str(param["name"]): param["value"] for param in params}
    weights: dict[str, Tensor] = {}
    made_by: dict[str, str] = {}
    for layer in layers:
        name, kind, names = str(layer["name"]), str(layer["type"]), [str(each) for each in _listed(layer.get("params"))]
        missing = [each for each in names if each not in values]
        if missing:
            raise ModelProblem(f"{path.name} is incomplete: the layer {name!r} lacks its weights {missing[0]!r}.")
        weights |= _named(name, kind, [values[each] for each in names])
        made_by |= {str(each): name for each in _listed(layer.get("outputs"))}
        if kind in NORMALIZATIONS:
            _take_bias(weights, name, made_by.get(str(next(iter(_listed(layer.get("inputs"))), "")), ""))
    return weights


def _take_bias(weights: dict[str, Tensor], name: str, before: str) -> None:
    """A bias in front of a normalization is part of its mean: the known networks have none there."""
    bias = weights.pop(f"{before}.bias", None) if f"{before}.running_mean" not in weights else None
    if bias is not None:
        weights[f"{name}.running_mean"] = weights[f"{name}.running_mean"] - bias


def _named(name: str, kind: str, held: list[Any]) -> dict[str, Tensor]:
    """The weights of a layer under torch's names."""
    values = [value for value in (np.asarray(each) for each in held) if value.size]
    if not values:
        return {}
    if kind in CONVOLUTIONS:
        named = {f"{name}.weight": _filters(values[0])}
        return named | ({f"{name}.bias": _vector(values[1])} if len(values) > 1 else {})
    if kind in NORMALIZATIONS and len(values) == 3:
        mean, deviation = values[2].reshape(-1, 2, order="F").T.astype(np.float64)
        variance = np.maximum(deviation**2 - EPSILON, 0)
        return {f"{name}.weight": _vector(values[0]), f"{name}.bias": _vector(values[1]),
                f"{name}.running_mean": _vector(mean), f"{name}.running_var": _vector(variance)}  # fmt: skip
    raise ModelProblem(f"the layer {name!r} is of the kind {kind!r} with {len(values)} weights, which is not known.")


def _filters(value: np.ndarray) -> Tensor:
    """(height, width, [time,] channels, units) -> (units, channels, [time,] height, width)."""
    value = value.reshape(*value.shape, *[1] * (4 - value.ndim))  # MATLAB drops sizes of 1 at the end
    order = (3, 2, 0, 1) if value.ndim == 4 else (4, 3, 2, 0, 1)
    return torch.from_numpy(np.ascontiguousarray(value.transpose(order), dtype=np.float32))


def _vector(value: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(value.flatten(order="F"), dtype=np.float32))


def _listed(value: Any) -> list[Any]:
    """A cell array, an array of structures, or one of either."""
    if value is None or (isinstance(value, np.ndarray) and not value.size):
        return []
    return value if isinstance(value, list) else [value]
