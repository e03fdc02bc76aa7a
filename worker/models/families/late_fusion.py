"""Two networks, one for appearance and one for motion, whose class scores are averaged (Simonyan & Zisserman 2014)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from typing_extensions import override


class Average(nn.Linear):
    """The weighted mean of the streams' scores as a layer, so that its units, the classes, can be looked at jointly.

    Its weights are fixed: they are no parameters, and no file holds them.
    """

    def __init__(self, classes: int, shares: Sequence[float] = (0.5, 0.5)) -> None:
        super().__init__(classes * len(shares), classes, bias=False, device="meta")
        del self.weight
        self.shares = tuple(shares)
        self.resize(classes)

    def resize(self, classes: int) -> None:
        """The mean of as many classes."""
        weight = torch.cat([torch.eye(classes) * share / sum(self.shares) for share in self.shares], 1)
        self.register_buffer("weight", weight, persistent=False)
        self.in_features, self.out_features = classes * len(self.shares), classes

    @override
    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, shares={self.shares}"


class LateFusion(nn.Module):
    """Class scores, (batch, classes), of an appearance and a motion input: the mean of two networks' scores."""

    def __init__(
        self, appearance: nn.Module, motion: nn.Module, classes: int, shares: Sequence[float] = (0.5, 0.5)
    ) -> None:
        super().__init__()
        self.appearance, self.motion = appearance, motion
        self.classes = Average(classes, shares)

    def forward(self, appearance: Tensor, motion: Tensor) -> Tensor:
        """The weighted mean of both networks' scores."""
        return self.classes(torch.cat((self.appearance(appearance), self.motion(motion)), 1))
