"""Receptive-field arithmetic along one axis: which input cells an output cell sees.

Cell i of a map sees the input cells from i * stride + low to i * stride + high. None stands for "all of them".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """The field of one axis of a map."""

    stride: int = 1
    low: int = 0
    high: int = 0

    @property
    def size(self) -> int:
        """Input cells that one cell sees."""
        return self.high - self.low + 1

    def slide(self, *, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Field:
        """The field after a convolution or pooling."""
        reach = (kernel - 1) * dilation
        return Field(
            self.stride * stride,
            self.low - padding * self.stride,
            self.high + (reach - padding) * self.stride,
        )

    def shift(self, cells: int) -> Field:
        """The field after `cells` cells were put in front (padding) or, if negative, taken away."""
        return Field(self.stride, self.low - cells * self.stride, self.high - cells * self.stride)

    def resample(self, distance: int, start: int) -> Field:
        """The field of every `distance`-th cell from cell `start` on."""
        return Field(self.stride * distance, self.low + start * self.stride, self.high + start * self.stride)


def merge(fields: list[Field | None]) -> Field | None:
    """The field of an element-wise combination or concatenation of maps. Global if one is, or if strides differ."""
    first, *rest = fields
    for other in rest:
        if first is None or other is None or first.stride != other.stride:
            return None
        first = Field(first.stride, min(first.low, other.low), max(first.high, other.high))
    return first
