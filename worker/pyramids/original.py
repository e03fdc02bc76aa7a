"""The rule of Class Feature Pyramids as published (Stergiou et al., ICCV workshops 2019), for comparison.

Class row of the classifier, min-max, keep what is at least theta. For each kept kernel o of a layer its inputs j are
scored by mean(W[o, j]) x mean(a[j]), min-max over those that o can see, kept from theta on; the union goes on.
Nothing is divided by a sum before min-max: a negative one would turn the order round.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

THETA = 0.6
"""The published threshold; .65 for I3D, .55 for ResNet-50."""

UNSEEN = -1.0
"""The score of an input that no kept kernel can see."""


@dataclass(frozen=True)
class Step:
    """One layer on the way back. weight: (kernels, inputs / groups, ...). inputs: mean activation of each, (inputs,).

    `inputs` are those that the layer was given, in its own order: of a concatenation all branches one after the other.
    """

    weight: Tensor
    inputs: Tensor
    groups: int = 1


def classifier(weight: Tensor, label: int) -> Tensor:
    """Inputs of the classifier scored for a class, (inputs,): min-max over its whole matrix. weight: (classes, ...)."""
    flat = weight.flatten(1)
    return _min_max(flat, flat)[label]


def first(weight: Tensor, label: int, *, theta: float = THETA) -> set[int]:
    """Inputs of the classifier that speak for a class. weight: (classes, inputs)."""
    return _from(classifier(weight, label), theta)


def admissible(kernel: int, *, kernels: int, inputs: int, groups: int) -> range:
    """Inputs that a kernel of a grouped convolution can see: its own block; of a depthwise one a single channel."""
    block = inputs // groups
    group = kernel // (kernels // groups)
    return range(group * block, (group + 1) * block)


def scores(step: Step, kernels: Collection[int]) -> Tensor:
    """The largest score that one of some kernels gives to each input, (inputs,); UNSEEN where none sees it."""
    found = torch.full((len(step.inputs),), UNSEEN)
    if not kernels:
        return found
    chosen = torch.tensor(sorted(kernels))
    block = step.weight.shape[1]
    means = step.weight[chosen].float().flatten(2).mean(2) if step.weight.ndim > 2 else step.weight[chosen].float()
    seen = (chosen // (len(step.weight) // step.groups))[:, None] * block + torch.arange(block)
    given = means * step.inputs.float()[seen]
    low, high = given.amin(1, keepdim=True), given.amax(1, keepdim=True)
    scaled = torch.where(high > low, (given - low) / (high - low).clamp_min(1e-38), torch.ones_like(given))
    return found.scatter_reduce(0, seen.flatten(), scaled.flatten(), "amax")


def back(step: Step, kernel: int, *, theta: float = THETA) -> set[int]:
    """Inputs that a kernel keeps; all that it sees where their scores are equal."""
    return _from(scores(step, [kernel]), theta)


def descend(steps: Sequence[Step], kept: set[int], *, theta: float = THETA) -> list[set[int]]:
    """What is kept of every layer, from the classifier's inputs down; every kernel of a layer is looked at once.

    steps: the layer that gives the classifier's inputs first. The original follows every path anew: its tree has
    millions of nodes at depth 4, and these same ones in it.
    """
    found = [kept]
    for step in steps:
        found.append(_from(scores(step, found[-1]), theta))
    return found


def _from(scored: Tensor, theta: float) -> set[int]:
    return set(torch.nonzero(scored >= theta).flatten().tolist())


def _min_max(values: Tensor, among: Tensor) -> Tensor:
    """0 for the least, 1 for the largest; 1 for all where they are equal."""
    low, high = among.min(), among.max()
    return (values - low) / (high - low) if bool(high > low) else torch.ones_like(values)
