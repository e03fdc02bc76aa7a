"""Finding 5: where a class's clips move, and where its logit looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from contract.findings import ClassMap


def class_maps(clips: Iterable[tuple[int | None, Tensor, Tensor]], present: Sequence[int]) -> list[ClassMap]:
    """Mean maps of every class; a clip counts by where it moves, not by how much.

    clips: label, energy and saliency (height, width) of each, one after the other.
    """
    sums: dict[int, Tensor] = {}
    for label, energy, saliency in clips:
        if label is not None:
            sums[label] = sums.get(label, 0) + torch.stack([_even(energy), _even(saliency)])
    maps = []
    for label in present:
        if label in sums:
            moved, looked = (_rows(map / map.max().clamp_min(1e-12)) for map in sums[label])
            maps.append(ClassMap(label=label, energy=moved, saliency=looked))
    return maps


def _even(map: Tensor) -> Tensor:
    """With sum 1; an empty one stays empty."""
    return map / map.sum().clamp_min(1e-12)


def _rows(map: Tensor) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(round(float(value), 3) for value in row) for row in map)
