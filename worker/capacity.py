"""How many units a device has room for at once, by what one of them takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from worker.execution import Execution

SHARE = 0.7
"""Of the device's memory; the rest is for pictures, the ascent, and whoever else is there."""


def fitting(used: Callable[[int], int], *, memory: int, most: int) -> int:
    """The largest power of two of units, at most `most`, that takes at most `SHARE` of `memory` (bytes); at least 1.

    used: bytes that so many units take. A power of two: what is measured a little differently gives the same number,
    and the same number the same bits.
    """
    one, two = used(1), used(2)
    each = max(two - one, 1)
    room = SHARE * memory - max(one - each, 0)
    count = 1
    while 2 * count <= most and 2 * count * each <= room:
        count *= 2
    return count


def slots(execution: Execution, shapes: Sequence[tuple[int, ...]], device: torch.device, *, most: int) -> int:
    """Units that run together on a CUDA device. shapes: of the inputs of one unit."""
    memory = torch.cuda.get_device_properties(device).total_memory
    return fitting(lambda count: _taken(execution, shapes, device, count), memory=memory, most=most)


def _taken(execution: Execution, shapes: Sequence[tuple[int, ...]], device: torch.device, count: int) -> int:
    """Bytes that one step of `count` units takes at most, beside what is there."""
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats(device)
    before = torch.cuda.memory_allocated(device)
    inputs = _inputs(shapes, device, count)
    execution.cells(inputs, torch.zeros(count, 1, dtype=torch.long, device=device)).sum().backward()
    return torch.cuda.max_memory_allocated(device) - before


def _inputs(shapes: Sequence[tuple[int, ...]], device: torch.device, count: int) -> list[Tensor]:
    return [torch.zeros(count * shape[0], *shape[1:], device=device, requires_grad=True) for shape in shapes]
