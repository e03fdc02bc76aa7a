"""The published rule on a network: what it keeps of every layer. The layers below are found by the card."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from contract.catalogue import LayerCard, ModelCard
from worker.models.graph import LAYERS
from worker.models.wiring import Source, Unknown, sources
from worker.pyramids.original import THETA, UNSEEN, Step, classifier, scores


@dataclass(frozen=True)
class Descent:
    """scores: by layer, (units,): the largest that a kept kernel above gives. unfollowed: why the rule ended where."""

    scores: dict[str, Tensor]
    unfollowed: tuple[str, ...]

    def kept(self, layer: str, *, theta: float = THETA) -> set[int]:
        """Units of a layer that the rule keeps."""
        found = self.scores.get(layer)
        return set() if found is None else set(torch.nonzero(found >= theta).flatten().tolist())


@contextmanager
def heard(module: nn.Module, card: ModelCard) -> Iterator[dict[str, Tensor]]:
    """Mean activation of every input of every layer, (inputs,), after a forward pass of one clip."""
    means: dict[str, Tensor] = {}

    def hear(path: str, part: nn.Module) -> Callable[[nn.Module, Any], None]:
        return lambda _module, given: means.__setitem__(path, _means(part, given[0].detach()))

    parts = [(layer.path, module.get_submodule(layer.path)) for layer in card.layers if layer.kind != "heads"]
    handles = [part.register_forward_pre_hook(hear(path, part)) for path, part in parts if isinstance(part, LAYERS)]
    try:
        yield means
    finally:
        for handle in handles:
            handle.remove()


def descend(
    module: nn.Module, card: ModelCard, means: dict[str, Tensor], *, label: int, theta: float = THETA
) -> Descent:
    """From the class down through all layers, each looked at once. means: of `heard`."""
    found: dict[str, Tensor] = {}
    unfollowed: list[str] = []
    top = card.layer(card.class_layer or "")
    for layer in sorted(card.layers, key=lambda each: -each.depth):
        kept = _kept(found, layer, theta)
        if layer.path not in means or (layer.path != top.path and not kept):
            continue
        part = module.get_submodule(layer.path)
        weight, given = weight_of(part), means[layer.path]
        step = Step(weight, given, int(getattr(part, "groups", 1)))
        scored = classifier(weight, label) if layer.path == top.path else scores(step, kept)
        try:
            _hand_down(found, card, sources(card, layer, len(given)), scored)
        except Unknown as reason:
            unfollowed.append(str(reason))
    return Descent(found, tuple(unfollowed))


def weight_of(part: nn.Module) -> Tensor:
    """A layer's weight; one that is fixed is no parameter."""
    weight = part.weight
    assert isinstance(weight, Tensor)
    return weight.detach()


def _kept(found: dict[str, Tensor], layer: LayerCard, theta: float) -> list[int]:
    scored = found.get(layer.path)
    return [] if scored is None else torch.nonzero(scored >= theta).flatten().tolist()


def _hand_down(found: dict[str, Tensor], card: ModelCard, below: Sequence[Source], scored: Tensor) -> None:
    """Of several layers above the largest score counts, of several cells of a unit likewise."""
    for source in below:
        part = scored[source.offset : source.offset + source.units * source.cells].view(source.units, -1).amax(1)
        known = found.get(source.layer, torch.full((card.layer(source.layer).units,), UNSEEN))
        found[source.layer] = torch.maximum(known, part)


def _means(part: nn.Module, given: Tensor) -> Tensor:
    """Mean of each input channel; a flattened map has one of each cell."""
    channels = given if isinstance(part, nn.Linear) else given.movedim(1, -1)
    return channels.float().flatten(0, -2).mean(0)
