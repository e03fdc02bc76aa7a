"""A network that is ready to be looked at: its module, its card and its activation scale."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from contract.catalogue import ModelCard


@dataclass(frozen=True)
class Statistics:
    """Activations of every unit over a set of clips (docs/method.md, `ahat`).

    maximum: per layer, (units,): largest pre-ReLU activation over clips, space and time.
    mean: per layer, (units,): mean over clips of the same (used for class logits, which are shift-invariant).
    class_mean: per layer, (classes, units): mean over the clips of a class of the clip's maximum; empty if unlabelled.
    source: what the clips were, in words.
    """

    maximum: dict[str, Tensor]
    mean: dict[str, Tensor]
    class_mean: dict[str, Tensor] = field(default_factory=dict)
    source: str = ""

    def reference(self, layer: str, *, logits: bool) -> Tensor:
        """ahat of every unit of `layer`, (units,), floored at the layer's median so that it is never near zero."""
        scale = self.maximum[layer] - self.mean[layer] if logits else self.maximum[layer]
        floor = scale.median().clamp_min(1e-6)
        return torch.maximum(scale, floor)

    def dead(self, layer: str) -> tuple[int, ...]:
        """Units of `layer` whose pre-ReLU activation never exceeded zero."""
        return tuple(torch.nonzero(self.maximum[layer] <= 0).flatten().tolist())


@dataclass(frozen=True)
class Moments:
    """Mean and deviation of a layer's units over the training clips, (units,) each."""

    mean: Tensor
    deviation: Tensor


@dataclass(frozen=True)
class Model:
    """A module in eval mode with frozen weights; it takes one tensor per stream of the card, in that order.

    moments: per convolution that has taken in a batch normalization, what that one had learned.
    """

    card: ModelCard
    module: nn.Module
    statistics: Statistics | None = None
    moments: dict[str, Moments] = field(default_factory=dict)
