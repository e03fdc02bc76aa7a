"""Where in a clip the nodes of a pyramid have their part from, and the two maps that users know beside it.

Node: a relu(dy/da), cell by cell. Grad-CAM (Selvaraju et al., ICCV 2017): relu of the maps of a layer, each times the
mean of its gradient. Saliency tube (Stergiou et al., ICIP 2019): the maps of the last layer, each times the weight
that the class gives to it.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from contract.pyramid import GRAD_CAM, SALIENCY, Pyramid, Tube, Tubes
from worker.models.wiring import Unknown, sources
from worker.objectives import as_map
from worker.pyramids.descent import weight_of
from worker.pyramids.relevance import Passage

FRAMES, SIDE = 8, 14
"""At most so many cells of a tube; it is drawn over the clip, up-sampled."""


def tubes(module: nn.Module, found: Passage, made: Pyramid) -> Tubes:
    """Tubes of all units of a pyramid, one scale a layer; of the baselines each its own."""
    kept = []
    for row in made.rows:
        for layer in row.layers:
            units = [node.unit for node in row.nodes if node.layer == layer and node.unit is not None]
            kept += _of_layer(found, layer, units)
    kept += [_tube(name, None, map, map.max(), map) for name, map in _baselines(module, found, made)]
    return Tubes(tubes=tuple(kept))


def grad_cam(found: Passage, layers: Sequence[str]) -> Tensor:
    """(frames, height, width), of layers side by side whose maps are of one size."""
    maps = [(_map(found, layer), _map(found, layer, found.gradients[layer])) for layer in layers]
    return torch.stack([(map * slope.mean((1, 2, 3), keepdim=True)).sum(0) for map, slope in maps]).sum(0).relu()


def saliency(module: nn.Module, found: Passage) -> Tensor | None:
    """(frames, height, width); None where the classes do not read the maps of a layer, one weight for each."""
    top = found.card.layer(found.card.class_layer or "")
    weight = weight_of(module.get_submodule(top.path)).flatten(1)
    row = weight[found.label] if found.rival is None else weight[found.label] - weight[found.rival]
    try:
        below = sources(found.card, top, len(row))
    except Unknown:
        return None
    maps = [_map(found, source.layer) for source in below]
    if not maps or any(source.cells > 1 for source in below) or any(map.shape[1:] != maps[0].shape[1:] for map in maps):
        return None
    parts = [row[source.offset : source.offset + source.units] for source in below]
    return torch.stack([torch.tensordot(part, map, 1) for part, map in zip(parts, maps, strict=True)]).sum(0).relu()


def _baselines(module: nn.Module, found: Passage, made: Pyramid) -> list[tuple[str, Tensor]]:
    last = [row.layers for row in made.rows if _map(found, row.layers[0]).shape[1:].numel() > 1][:1]
    sizes = {_map(found, layer).shape[1:] for layers in last for layer in layers}
    named = [(GRAD_CAM, grad_cam(found, last[0]) if len(sizes) == 1 else None), (SALIENCY, saliency(module, found))]
    return [(name, map) for name, map in named if map is not None and map.numel() > 1]


def _of_layer(found: Passage, layer: str, units: Sequence[int]) -> list[Tube]:
    map, slope = _map(found, layer)[list(units)], _map(found, layer, found.gradients[layer])[list(units)]
    where = map * slope.relu()
    most = where.amax() if len(units) else where.sum()
    return [_tube(layer, unit, where[i], most, map[i] * slope[i]) for i, unit in enumerate(units)]


def _map(found: Passage, layer: str, value: Tensor | None = None) -> Tensor:
    """(units, frames, height, width); tokens without a place are left out."""
    own = found.output(layer) if value is None else value
    return as_map(own.detach().float(), 1, found.card.layer(layer))[0]


def _tube(layer: str, unit: int | None, where: Tensor, most: Tensor, given: Tensor) -> Tube:
    """where, given: (frames, height, width). most: what is shown as 255. given: summed over space, it is the trace."""
    frames, height, width = where.shape
    size = (min(frames, FRAMES), min(height, SIDE), min(width, SIDE))
    small = functional.adaptive_avg_pool3d(where[None, None], size)[0, 0]
    levels = (small.clamp_min(0) / most.clamp_min(1e-12) * 255).round().clamp(0, 255).byte()
    over_time = functional.adaptive_avg_pool1d(given.sum((1, 2))[None, None], size[0])[0, 0] * (len(given) / size[0])
    return Tube(
        layer=layer,
        unit=unit,
        frames=size[0],
        height=size[1],
        width=size[2],
        data=base64.b64encode(levels.numpy().tobytes()).decode(),
        trace=tuple(float(f"{value:.4g}") for value in over_time.tolist()),
    )
