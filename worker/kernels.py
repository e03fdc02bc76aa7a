"""How the operations of a cone are carried out, forward and backward, in one precision.

Written out rather than left to automatic differentiation: with frozen weights and one reader per map nearly every
gradient can be taken in place, and on a CPU copies and zeros cost more than the convolutions do. Convolution, batch
normalization and ReLU run as one. Whatever else works cell by cell falls back to automatic differentiation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, fx
from torch.fx.node import map_arg
from torch.nn import functional
from typing_extensions import override

from worker import phases
from worker.cone import Reading
from worker.models.call import argument, in_place, operation, windows
from worker.phases import Phases

aten = torch.ops.aten


class Kernel(Protocol):
    """One operation on maps that are already cropped to what it reads."""

    def forward(self, maps: list[Tensor]) -> tuple[Tensor, Any]:
        """The output, and what `backward` needs besides the maps."""
        ...

    def backward(self, gradient: Tensor, maps: list[Tensor], output: Tensor, kept: Any, *, owned: bool) -> list[Slope]:
        """Gradients of the maps. `gradient` may be overwritten if it is `owned`."""
        ...


@dataclass(frozen=True)
class Slope:
    """A gradient; `owned` if nobody else holds the tensor."""

    value: Tensor
    owned: bool = True


def masked(gradient: Tensor, output: Tensor, *, owned: bool) -> Tensor:
    """The gradient before a ReLU whose output is known."""
    if owned:
        return aten.threshold_backward.grad_input(gradient, output, 0, grad_input=gradient)
    return aten.threshold_backward(gradient, output, 0)


class Convolution(Kernel):
    """A convolution with its padding at the border, and the ReLU behind it."""

    def __init__(self, node: fx.Node, reading: Reading, weight: Tensor, bias: Tensor | None, *, relu: bool) -> None:
        slides = windows(node)
        layout = torch.channels_last_3d if len(slides) == 3 else torch.channels_last
        self.weight, self.bias, self.relu = weight.contiguous(memory_format=layout), bias, relu
        self.stride, self.dilation = [w.stride for w in slides], [w.dilation for w in slides]
        self.groups: int = argument(node, "groups", 6) or 1
        even = all(before == after for before, after in reading.pad)
        self.padding = [before for before, _ in reading.pad] if even else [0] * len(slides)
        self.uneven = None if even else reading
        by_phases = phases.pays(weight, stride=self.stride, dilation=self.dilation, groups=self.groups)
        self.phases = Phases(weight, stride=self.stride, padding=self.padding) if by_phases else None

    @override
    def forward(self, maps: list[Tensor]) -> tuple[Tensor, Any]:
        x = pad(maps[0], self.uneven)
        y = torch.convolution(x, self.weight, self.bias, *self._shape())
        return (y.relu_() if self.relu else y), x

    @override
    def backward(self, gradient: Tensor, maps: list[Tensor], output: Tensor, kept: Any, *, owned: bool) -> list[Slope]:
        gradient = masked(gradient, output, owned=owned) if self.relu else gradient
        return [Slope(unpad(self._slope(gradient, kept), self.uneven))]

    def _slope(self, gradient: Tensor, x: Tensor) -> Tensor:
        if self.phases is not None:
            return self.phases(gradient, x.shape)
        return aten.convolution_backward(gradient, x, self.weight, None, *self._shape(), [True, False, False])[0]

    def _shape(self) -> tuple[list[int], list[int], list[int], bool, list[int], int]:
        return self.stride, self.padding, self.dilation, False, [0] * len(self.stride), self.groups


class MaximumPool(Kernel):
    """Maximum over windows; cells outside the map never win."""

    def __init__(self, node: fx.Node, reading: Reading) -> None:
        slides = windows(node)
        self.kernel, self.stride, self.dilation = (
            [getattr(w, key) for w in slides] for key in ("kernel", "stride", "dilation")
        )
        self.reading = reading if reading.padded else None
        self.pool: Any = aten.max_pool3d_with_indices if len(slides) == 3 else aten.max_pool2d_with_indices
        self.pool_backward: Any = getattr(aten, f"max_pool{len(slides)}d_with_indices_backward")

    @override
    def forward(self, maps: list[Tensor]) -> tuple[Tensor, Any]:
        x = pad(maps[0], self.reading, float("-inf"))
        y, indices = self.pool(x, self.kernel, self.stride, [0] * len(self.kernel), self.dilation)
        return y, (x, indices)

    @override
    def backward(self, gradient: Tensor, maps: list[Tensor], output: Tensor, kept: Any, *, owned: bool) -> list[Slope]:
        x, indices = kept
        slope = self.pool_backward(
            gradient, x, self.kernel, self.stride, [0] * len(self.kernel), self.dilation, False, indices
        )
        return [Slope(unpad(slope, self.reading))]


class Sum(Kernel):
    """Two maps added, and the ReLU behind it: the end of a residual block."""

    def __init__(self, *, relu: bool) -> None:
        self.relu = relu

    @override
    def forward(self, maps: list[Tensor]) -> tuple[Tensor, Any]:
        y = maps[0] + maps[1]
        return (y.relu_() if self.relu else y), None

    @override
    def backward(self, gradient: Tensor, maps: list[Tensor], output: Tensor, kept: Any, *, owned: bool) -> list[Slope]:
        gradient = masked(gradient, output, owned=owned) if self.relu else gradient
        return [Slope(gradient, owned=False), Slope(gradient, owned=False)]


class Join(Kernel):
    """Maps side by side along the channels."""

    @override
    def forward(self, maps: list[Tensor]) -> tuple[Tensor, Any]:
        return torch.cat(maps, 1), None

    @override
    def backward(self, gradient: Tensor, maps: list[Tensor], output: Tensor, kept: Any, *, owned: bool) -> list[Slope]:
        parts = gradient.split([part.shape[1] for part in maps], 1)
        return [Slope(part, owned=owned) for part in parts]


class Same(Kernel):
    """An operation that does nothing here: dropout at rest, copies."""

    @override
    def forward(self, maps: list[Tensor]) -> tuple[Tensor, Any]:
        return maps[0], None

    @override
    def backward(self, gradient: Tensor, maps: list[Tensor], output: Tensor, kept: Any, *, owned: bool) -> list[Slope]:
        return [Slope(gradient, owned)]


class Differentiated(Kernel):
    """Any other operation, by automatic differentiation."""

    def __init__(self, run: Callable[..., Tensor]) -> None:
        self.run = run

    @override
    def forward(self, maps: list[Tensor]) -> tuple[Tensor, Any]:
        with torch.enable_grad():
            leaves = [x.detach().requires_grad_() for x in maps]
            try:
                y = self.run(*leaves)
            except NotImplementedError:  # not every operation exists in every precision
                y = self.run(*(leaf.float() for leaf in leaves)).to(leaves[0].dtype)
        return y.detach(), (leaves, y)

    @override
    def backward(self, gradient: Tensor, maps: list[Tensor], output: Tensor, kept: Any, *, owned: bool) -> list[Slope]:
        leaves, y = kept
        return [Slope(slope, owned=False) for slope in torch.autograd.grad(y, leaves, gradient)]


def pad(x: Tensor, reading: Reading | None, value: float = 0.0) -> Tensor:
    """x with the cells around it that `reading` asks for."""
    if reading is None:
        return x
    return functional.pad(x, [amount for axis in reversed(reading.pad) for amount in axis], value=value)


def unpad(x: Tensor, reading: Reading | None) -> Tensor:
    """The inverse of `pad`, as a view."""
    if reading is None:
        return x
    for axis, (before, after) in enumerate(reading.pad, start=2):
        x = x.narrow(axis, before, x.shape[axis] - before - after)
    return x


def average_pool(node: fx.Node) -> Callable[[Tensor], Tensor]:
    """The average pooling of `node`, without padding."""
    slides = windows(node)
    kernel, stride = [w.kernel for w in slides], [w.stride for w in slides]
    divisor = argument(node, "divisor_override", 6)
    pool = functional.avg_pool3d if len(slides) == 3 else functional.avg_pool2d
    return lambda x: pool(x, kernel, stride, divisor_override=divisor)


def call(node: fx.Node, maps: Sequence[fx.Node], constants: dict[fx.Node, Any]) -> Callable[..., Tensor]:
    """The operation of `node` as a function of `maps`, its other arguments filled in; out of place."""
    pure = _pure(node)

    def run(*given: Tensor) -> Tensor:
        values = {**constants, **dict(zip(maps, given, strict=True))}
        args, kwargs = (map_arg(part, values.__getitem__) for part in (node.args, node.kwargs))
        return pure(*args, **kwargs)  # type: ignore[misc]

    return run


def _pure(node: fx.Node) -> Callable[..., Tensor]:
    if not in_place(node):
        return node.target  # type: ignore[return-value]
    return getattr(getattr(aten, operation(node)), node.target._overloadname)  # type: ignore[union-attr]
