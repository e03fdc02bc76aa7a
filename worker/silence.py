"""Units that are set to 0 wherever they are in a layer's output, whatever its layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

import torch
from torch import Tensor, nn

from contract.catalogue import ModelCard
from worker.layout import axis_of_units


@contextmanager
def silenced(
    module: nn.Module, card: ModelCard, units: Mapping[str, Sequence[int]], *, at: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Every forward pass inside the block goes on from layers in which `units` are 0, tokens without a place too.

    at: paths of the modules whose outputs layers are taken at, where these are others.
    """
    with ExitStack() as hooks:
        for layer, numbers in units.items():
            if numbers:
                part = module.get_submodule((at or {}).get(layer, layer))
                hook = _hook(card.layer(layer).layout, numbers)
                hooks.callback(part.register_forward_hook(hook).remove)
        yield


def _hook(layout: str, units: Sequence[int]) -> Callable[[nn.Module, object, object], object]:
    def change(_module: nn.Module, _inputs: object, output: object) -> object:
        value = output[0] if isinstance(output, tuple | list) else output
        assert isinstance(value, Tensor)
        places = torch.tensor(list(units), device=value.device)
        value = value.index_fill(axis_of_units(value, layout), places, 0.0)
        return type(output)([value, *output[1:]]) if isinstance(output, tuple | list) else value

    return change
