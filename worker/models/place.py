"""Which cell of a map an element of a tensor belongs to, followed through every reshape, transpose, slice and shift.

A place is an integer tensor of the value's shape (dimensions that do not matter are expanded, and cost nothing): frame,
row and column of the cell packed into one number, -1 for elements of no cell, such as a class token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

BITS = 10
LARGEST = (1 << BITS) - 1
"""Largest coordinate; longer maps are not followed."""

Step = tuple[int, int]
"""(distance, start): index i along a dimension is cell start + i * distance of the map before."""


@dataclass(frozen=True)
class Grid:
    """A place whose dimensions are axes: `axis_of` dimension -> 0 time, 1 height, 2 width; `steps` axis -> Step."""

    axis_of: Mapping[int, int]
    steps: Mapping[int, Step]


def lattice(shape: Sequence[int], axis_of: Mapping[int, int]) -> Tensor | None:
    """The place of a tensor of `shape` whose dimensions are axes; None where a map is too long to be followed."""
    if any(shape[dimension] > LARGEST for dimension in axis_of):
        return None
    packed = torch.zeros([1] * len(shape), dtype=torch.int32)
    for dimension, axis in axis_of.items():
        index = torch.arange(shape[dimension], dtype=torch.int32) << (BITS * (2 - axis))
        packed = packed + index.view([-1 if d == dimension else 1 for d in range(len(shape))])
    return packed.expand(tuple(shape))


def coordinate(place: Tensor, axis: int) -> Tensor:
    """Frame (axis 0), row (1) or column (2) of every element; -1 where it has no cell."""
    return torch.where(place < 0, -1, (place >> (BITS * (2 - axis))) & LARGEST)


def varies(place: Tensor, axis: int, dimension: int) -> bool:
    """Whether the coordinate changes along a dimension."""
    if place.shape[dimension] == 1 or place.stride(dimension) == 0:
        return False
    numbers = coordinate(thin(place), axis)
    return bool((numbers != numbers.narrow(dimension, 0, 1)).any())


def grid(place: Tensor) -> Grid | None:
    """The place as a grid, if every axis runs evenly along at most one dimension and every dimension has one axis."""
    place = thin(place)
    if bool((place < 0).any()):
        return None
    axis_of: dict[int, int] = {}
    steps: dict[int, Step] = {}
    for axis in range(3):
        numbers = coordinate(place, axis)
        start, flat = int(numbers.flatten()[0]), torch.zeros_like(numbers)
        for dimension in range(place.ndim):
            if place.shape[dimension] == 1:
                continue
            distance = int(numbers.select(dimension, 1).flatten()[0]) - start
            if distance == 0:
                continue
            if distance < 0 or dimension in axis_of or axis in steps:
                return None
            axis_of[dimension], steps[axis] = axis, (distance, start)
            ramp = torch.arange(place.shape[dimension], dtype=torch.int32) * distance
            flat = flat + ramp.view([-1 if d == dimension else 1 for d in range(place.ndim)])
        if not torch.equal(numbers, (flat + start).to(numbers).expand_as(numbers)):
            return None
        steps.setdefault(axis, (1, start))
    return Grid(axis_of, steps)


def thin(place: Tensor) -> Tensor:
    """Without the repeats along expanded dimensions."""
    for dimension, stride in enumerate(place.stride()):
        if stride == 0 and place.shape[dimension] > 1:
            place = place.narrow(dimension, 0, 1)
    return place
