"""Several pictures of one unit that differ: each is pushed away from those with lower seeds.

Two pictures are alike where their Gram matrices point the same way (Olah et al., Feature visualization, Distill 2017,
diversity term). There all pictures rise together; here one after the other, so that a picture stays a function of its
own request, whoever is computed beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from contract.catalogue import LayerCard, ModelCard
from contract.spec import VisualizationSpec
from worker.execution import Whole

CELLS = 16
"""A map with fewer cells than this says nothing of texture."""


class Diversity:
    """weight * mean cosine between the Gram matrix of a picture's map and those of the pictures before it."""

    def __init__(self, witness: Whole, weight: float, slots: int) -> None:
        """witness: the network up to the layer whose maps are compared."""
        self.witness, self.weight = witness, weight
        self.others: list[Tensor | None] = [None] * slots

    def begin(self, slot: int, others: Sequence[Sequence[Tensor]]) -> None:
        """The pictures that a slot must differ from, each as the network's inputs with a batch of one."""
        with torch.no_grad():
            found = [self._texture(inputs) for inputs in others]
        self.others[slot] = torch.cat(found) if found else None

    def __call__(self, inputs: Sequence[Tensor]) -> Tensor:
        """(slots,), differentiable in `inputs`."""
        own = self._texture(inputs)
        pairs = zip(own, self.others, strict=True)
        return self.weight * torch.stack([0 * one.sum() if old is None else (old @ one).mean() for one, old in pairs])

    def _texture(self, inputs: Sequence[Tensor]) -> Tensor:
        """Gram matrices over the cells of a map, of length one, (batch, units * units)."""
        flat = self.witness.map(inputs).flatten(2)
        gram = (flat @ flat.mT).flatten(1)
        return gram / gram.norm(dim=1, keepdim=True).clamp_min(1e-12)


def witness(card: ModelCard, layer: LayerCard) -> LayerCard:
    """The last layer up to `layer` that sees the same streams and has enough cells to tell textures apart."""
    before = [each for each in card.layers[: card.layers.index(layer) + 1] if each.streams == layer.streams]
    wide = [each for each in before if each.frames * each.height * each.width >= CELLS]
    return wide[-1] if wide else layer


def elders(spec: VisualizationSpec) -> list[VisualizationSpec]:
    """The specs whose pictures that of `spec` must differ from: the same with every lower seed."""
    p = spec.parameters
    seeds = range(p.seed) if p.diversity else ()
    return [spec.model_copy(update={"parameters": p.model_copy(update={"seed": seed})}) for seed in seeds]
