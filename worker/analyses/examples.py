"""Which clips to show of a unit, and where in them it fired."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from contract.catalogue import LayerCard, Stream

TOP, MIDDLE, RANDOM = 5, 2, 2


def choose(peaks: Tensor, *, seed: int = 0) -> dict[str, NDArray[np.int64]]:
    """Rows of clips for every unit, per group (units, count): the strongest, those about the median, random others.

    peaks: (clips, units). No clip is in two groups of one unit; small sets give fewer.
    """
    clips, units = peaks.shape
    order = torch.argsort(peaks, dim=0, descending=True, stable=True).T.numpy()
    top = min(TOP, clips)
    rest = order[:, top:]
    start = max(0, clips // 2 - top - MIDDLE // 2)
    middle = rest[:, start : start + MIDDLE]
    others = np.concatenate([rest[:, :start], rest[:, start + MIDDLE :]], axis=1)
    places = np.random.default_rng(seed).permuted(np.tile(np.arange(others.shape[1]), (units, 1)), axis=1)[:, :RANDOM]
    return {"top": order[:, :top], "middle": middle, "random": np.take_along_axis(others, places, 1)}


def field_box(layer: LayerCard, stream: Stream, row: int, column: int) -> tuple[float, float, float, float] | None:
    """Receptive field of a cell in 0..1 of the picture: left, top, right, bottom. None where it is the whole picture.

    The middle of the map is taken to lie over the middle of the picture, which padding moves by half a stride at most.
    """
    if layer.receptive_field is None or layer.stride is None:
        return None
    if layer.receptive_field >= 2 * max(stream.height, stream.width):
        return None
    top, bottom = _reach(layer, row, layer.height, stream.height)
    left, right = _reach(layer, column, layer.width, stream.width)
    return None if (left, top, right, bottom) == (0, 0, 1, 1) else (left, top, right, bottom)


def _reach(layer: LayerCard, cell: int, cells: int, pixels: int) -> tuple[float, float]:
    assert layer.receptive_field is not None
    assert layer.stride is not None
    middle = pixels / 2 + (cell - (cells - 1) / 2) * layer.stride
    low, high = middle - layer.receptive_field / 2, middle + layer.receptive_field / 2
    return round(max(low, 0) / pixels, 4), round(min(high, pixels) / pixels, 4)


def moment(frame: int, frames: int) -> float:
    """When a frame of the layer's output is, 0..1 of the clip."""
    return (frame + 0.5) / max(frames, 1)


def course(trace: Tensor) -> tuple[float, ...]:
    """A trace as it is stored."""
    return tuple(round(float(value), 4) for value in trace.to(torch.float32))
