"""The known networks of all families, by name."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from worker.models.families import csn, i3d, mfnet, resnet3d, slowfast, st_resnet, torchvision, tsn, vgg, x3d
from worker.models.known import Known, Published
from worker.models.sheet import Sheet

KNOWN: dict[str, Known] = {
    name: known
    for family in (torchvision, slowfast, x3d, csn, vgg, st_resnet, tsn, i3d, mfnet, resnet3d)
    for name, known in family.KNOWN.items()
}

UNTRAINED = "Random weights, for trials: the pictures show what the architecture alone prefers."


def published(name: str) -> Published | None:
    """Where a network's weights can be downloaded."""
    return KNOWN[name].published()


def network(name: str, *, seed: int = 0) -> nn.Module:
    """The network with random weights, the same ones for the same seed."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        made = KNOWN[name].build()
        KNOWN[name].start(made)
        return made


def shapes(name: str) -> dict[str, Tensor]:
    """The network's weights by name, as tensors without values."""
    with torch.device("meta"):
        return KNOWN[name].build().state_dict()


def sheet(name: str, *, weights: str, trained: bool = True) -> Sheet:
    """What is known of a network. weights: where its weights come from, in words."""
    known = KNOWN[name]
    found = known.sheet().model_copy(update={"weights": weights})
    if trained:
        return found
    blank = {"title": f"{known.title} (random weights)", "description": UNTRAINED, "classes": (), "accuracy": {}}
    return found.model_copy(update=blank)
