"""One call of a traced graph, read: which operation, on what, and how a sliding window reads its map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import fx

CONVOLUTIONS = {"conv1d", "conv2d", "conv3d"}
POOLS = {"max_pool1d", "max_pool2d", "max_pool3d", "avg_pool1d", "avg_pool2d", "avg_pool3d",
         "max_pool2d_with_indices", "max_pool3d_with_indices"}  # fmt: skip
SLIDING = CONVOLUTIONS | POOLS


@dataclass(frozen=True)
class Window:
    """How an operation reads one axis: output cell i reads i * stride - before + dilation * (0 .. kernel - 1)."""

    kernel: int = 1
    stride: int = 1
    before: int = 0
    dilation: int = 1

    def reads(self, low: int, high: int) -> tuple[int, int]:
        """Half-open range of input cells that the output cells low .. high - 1 read; it may leave the input."""
        first = low * self.stride - self.before
        last = (high - 1) * self.stride - self.before + self.dilation * (self.kernel - 1)
        return first, last + 1


def operation(node: fx.Node) -> str:
    """Name of an operation without namespace and overload; in-place ones lose their underscore."""
    return _name(node).removesuffix("_")


def in_place(node: fx.Node) -> bool:
    """Whether an operation changes its first operand."""
    return _name(node).endswith("_")


def shape_of(node: fx.Node) -> tuple[int, ...]:
    """Shape of a node's result; empty where it has none."""
    return tuple(int(n) for n in getattr(node.meta.get("val"), "shape", ()))


def argument(node: fx.Node, name: str, position: int, default: Any = None) -> Any:
    """An argument by name or position."""
    return node.args[position] if position < len(node.args) else node.kwargs.get(name, default)


def windows(node: fx.Node) -> tuple[Window, ...]:
    """How a convolution or pooling reads each axis. Raises ValueError for any other operation."""
    name = operation(node)
    if name not in SLIDING:
        raise ValueError(f"{name} does not slide")
    rank = int(name[name.index("d") - 1] if name in CONVOLUTIONS else name[name.index("pool") + 4])
    if name in CONVOLUTIONS:
        weight = node.args[1]
        assert isinstance(weight, fx.Node)
        kernel = list(shape_of(weight)[-rank:])
        stride, padding, dilation = (argument(node, *each) for each in _CONVOLUTION)
    else:
        kernel = _numbers(argument(node, "kernel_size", 1), rank, [1] * rank)
        stride, padding = argument(node, "stride", 2), argument(node, "padding", 3)
        dilation = None if name.startswith("avg") else argument(node, "dilation", 4)
    strides = _numbers(stride, rank, [1] * rank if name in CONVOLUTIONS else kernel)
    spread = _numbers(dilation, rank, [1] * rank)
    same = [(k - 1) * d // 2 for k, d in zip(kernel, spread, strict=True)]
    before = same if padding == "same" else _numbers(padding, rank, [0] * rank)
    return tuple(Window(*each) for each in zip(kernel, strides, before, spread, strict=True))


_CONVOLUTION = (("stride", 3), ("padding", 4), ("dilation", 5))


def _numbers(value: Any, rank: int, default: list[int]) -> list[int]:
    if value is None or isinstance(value, str) or value == []:
        return default
    numbers = [value] if isinstance(value, int) else [int(v) for v in value]
    return numbers * rank if len(numbers) == 1 else numbers


def _name(node: fx.Node) -> str:
    return str(getattr(node.target, "__name__", node.target)).split(".")[0]
