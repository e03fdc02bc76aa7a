"""Finding 5: where a class's clips move, and where its logit looks."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from contract.findings import ClassMap


def class_maps(
    energy: Tensor, saliency: Tensor, labels: Sequence[int | None], present: Sequence[int]
) -> list[ClassMap]:
    """Mean maps of every class; a clip counts by where it moves, not by how much. energy, saliency: (clips, h, w)."""
    numbers = torch.tensor([-1 if label is None else label for label in labels])
    maps = []
    for label in present:
        rows = numbers == label
        means = [_even(values[rows]).mean(0) for values in (energy, saliency)]
        moved, looked = (_rows(mean / mean.max().clamp_min(1e-12)) for mean in means)
        maps.append(ClassMap(label=label, energy=moved, saliency=looked))
    return maps


def _even(maps: Tensor) -> Tensor:
    """Every map with sum 1; an empty one stays empty."""
    return maps / maps.sum((1, 2), keepdim=True).clamp_min(1e-12)


def _rows(map: Tensor) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(round(float(value), 3) for value in row) for row in map)
