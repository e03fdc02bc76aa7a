"""The cone carried out: a chain of kernels over a batch, and its gradient.

The last operation, the target's own convolution, is one product per sample with the weights of the asked units only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, fx

from worker import assembly, kernels
from worker.assembly import Operation
from worker.cone import Box, Cone
from worker.kernels import Slope
from worker.models.call import argument, windows
from worker.models.subgraph import Subgraph


class Tape:
    """The activations of one cell of a layer as a function of the network's inputs, with its gradient."""

    kind: Literal["cone", "network"] = "cone"

    def __init__(self, network: Subgraph, cone: Cone, *, dtype: torch.dtype, device: torch.device) -> None:
        """dtype: precision of maps and weights; products are summed in fp32, and so is the last operation."""
        self.network, self.cone, self.dtype = network, cone, dtype
        self.operations = assembly.operations(network, cone, dtype=dtype, device=device)
        self.readout = Readout(network, cone, dtype=dtype, device=device)

    def cells(self, inputs: Sequence[Tensor], units: Tensor) -> Tensor:
        """Raw activations, (batch, k), differentiable in `inputs`.

        inputs: one per stream, whole, as the network takes them. units: (batch, k), the units asked for per sample.
        """
        return _Cells.apply(self, units, *inputs)  # type: ignore[return-value]

    def forward(self, inputs: Sequence[Tensor], units: Tensor) -> tuple[Tensor, Recording]:
        """The activations, and what `backward` needs."""
        recording = Recording({}, {}, units)
        for node, x in zip(self.network.inputs, inputs, strict=True):
            if node is not None:
                recording.values[node] = _dense(crop(x, self.cone.boxes[node]).to(self.dtype))
        for operation in self.operations:
            maps = recording.maps(operation)
            value, kept = operation.kernel.forward(maps)
            recording.values[operation.node], recording.kept[operation.node] = value, kept
        (reading,) = self.readout.readings
        source = crop(recording.values[reading.source], reading.crop)
        return self.readout.forward(source, units), recording

    def backward(self, slopes: Tensor, recording: Recording) -> list[Tensor | None]:
        """Gradients of the inputs' boxes. slopes: (batch, k), of the activations. Uses the recording up."""
        (reading,) = self.readout.readings
        source = crop(recording.values[reading.source], reading.crop)
        heap: dict[fx.Node, list[tuple[Box, Slope]]] = {}
        heap[reading.source] = [(reading.crop, Slope(self.readout.backward(slopes, source, recording.units)))]
        for operation in reversed(self.operations):
            maps, output = recording.maps(operation), recording.values.pop(operation.node)
            total = _total(heap.pop(operation.node), output)
            kept = recording.kept.pop(operation.node)
            parts = operation.kernel.backward(total.value, maps, output, kept, owned=total.owned)
            for each, part in zip(operation.readings, parts, strict=True):
                heap.setdefault(each.source, []).append((each.crop, part))
        return [
            None if node is None else _total(heap[node], recording.values[node]).value for node in self.network.inputs
        ]


@dataclass(frozen=True)
class Recording:
    """One forward pass: the value of every map, and what the kernels kept."""

    values: dict[fx.Node, Tensor]
    kept: dict[fx.Node, Any]
    units: Tensor

    def maps(self, operation: Operation) -> list[Tensor]:
        """What an operation reads."""
        return [crop(self.values[reading.source], reading.crop) for reading in operation.readings]


class Readout:
    """The target's convolution at its one cell, for the asked units only, in fp32 (fp64 for fp64)."""

    def __init__(self, network: Subgraph, cone: Cone, *, dtype: torch.dtype, device: torch.device) -> None:
        node = cone.order[-1]
        self.readings = cone.readings[node]
        weight, bias = assembly.weights(node, None, network)
        self.exact = torch.promote_types(dtype, torch.float32)
        self.weight = weight.to(device, dtype)
        self.bias = None if bias is None else bias.to(device, self.exact)
        self.groups: int = argument(node, "groups", 6) or 1
        self.taps = (..., *(slice(None, None, window.dilation) for window in windows(node)))

    def forward(self, source: Tensor, units: Tensor) -> Tensor:
        """(batch, k) of the map that the convolution reads."""
        patch = kernels.pad(source, self.readings[0])[self.taps].flatten(2)
        grouped = patch.unflatten(1, (self.groups, -1)).to(self.exact)
        cells = (grouped[self._places(units)] * self._rows(units)).sum((2, 3))
        return cells if self.bias is None else cells + self.bias[units]

    def backward(self, slopes: Tensor, source: Tensor, units: Tensor) -> Tensor:
        """Gradient of the map."""
        padded = kernels.pad(source, self.readings[0])
        patch = padded[self.taps]
        grouped = torch.zeros(patch.flatten(2).unflatten(1, (self.groups, -1)).shape, device=slopes.device)
        grouped = grouped.to(self.exact)
        part = self._rows(units) * slopes[:, :, None, None].to(self.exact)
        grouped.index_put_(self._places(units), part, accumulate=True)
        gradient = torch.zeros_like(padded)
        gradient[self.taps] = grouped.flatten(1, 2).view(patch.shape).to(padded.dtype)
        return kernels.unpad(gradient, self.readings[0])

    def _places(self, units: Tensor) -> tuple[Tensor, Tensor]:
        """Sample and group of the channels that every asked unit reads, each (batch, k)."""
        samples = torch.arange(len(units), device=units.device)[:, None].expand_as(units)
        return samples, units // (len(self.weight) // self.groups)

    def _rows(self, units: Tensor) -> Tensor:
        """Weights of the asked units, (batch, k, channels of a group, cells)."""
        return self.weight[units].flatten(3).to(self.exact)


class _Cells(torch.autograd.Function):
    """The tape inside automatic differentiation."""

    @staticmethod
    def forward(ctx: Any, tape: Tape, units: Tensor, *inputs: Tensor) -> Tensor:
        cells, ctx.recording = tape.forward(inputs, units)
        ctx.tape, ctx.like = tape, inputs
        return cells

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Any, ...]:
        parts = ctx.tape.backward(slopes[0], ctx.recording)
        boxes = (None if node is None else ctx.tape.cone.boxes[node] for node in ctx.tape.network.inputs)
        return None, None, *map(_whole, parts, boxes, ctx.like)


def crop(x: Tensor, box: Box) -> Tensor:
    """The cells of `box`, as a view."""
    for axis, (low, high) in enumerate(box, start=2):
        if (low, high) != (0, x.shape[axis]):
            x = x.narrow(axis, low, high - low)
    return x


def _whole(part: Tensor | None, box: Box | None, like: Tensor) -> Tensor | None:
    """A gradient of a box as one of the whole input."""
    if part is None or box is None:
        return None
    gradient = torch.zeros_like(like)
    crop(gradient, box).copy_(part)
    return gradient


def _dense(x: Tensor) -> Tensor:
    """Channels last in memory."""
    return x.contiguous(memory_format=torch.channels_last_3d if x.ndim == 5 else torch.channels_last)


def _total(parts: list[tuple[Box, Slope]], like: Tensor) -> Slope:
    """The sum of the gradients that the readers of a map sent."""
    extent = tuple((0, n) for n in like.shape[2:])
    if len(parts) == 1 and parts[0][0] == extent:
        return parts[0][1]
    base = next((part for box, part in parts if part.owned and box == extent), None)
    total = torch.zeros_like(like) if base is None else base.value
    for box, part in parts:
        if part is not base:
            crop(total, box).add_(part.value)
    return Slope(total)
