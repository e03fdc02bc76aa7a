"""Units that are set to 0 wherever they are in a layer's output, whatever its layout."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from itertools import groupby

import torch
from torch import Tensor, nn

from contract.catalogue import LayerCard, ModelCard
from contract.probe import UnitName
from worker.objectives import as_map


@contextlib.contextmanager
def silent(module: nn.Module, card: ModelCard, units: Sequence[UnitName]) -> Iterator[None]:
    """Every forward pass inside the block goes on from layers in which the units are 0."""
    with contextlib.ExitStack() as hooks:
        for path, group in groupby(sorted(units, key=lambda each: each.layer), key=lambda each: each.layer):
            hook = _Silencer(card.layer(path), [each.unit for each in group])
            hooks.callback(module.get_submodule(path).register_forward_hook(hook).remove)
        yield


class _Silencer:
    def __init__(self, layer: LayerCard, units: list[int]) -> None:
        self.layer, self.units = layer, units

    def __call__(self, _module: nn.Module, _inputs: object, output: Tensor) -> Tensor:
        places = torch.arange(output.numel(), device=output.device).view(output.shape)
        meant = as_map(places, 1, self.layer)[:, self.units].flatten()
        return output.flatten().index_fill(0, meant, 0.0).view(output.shape)
