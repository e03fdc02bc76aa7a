"""What becomes of reach, operation by operation: the rules that facts.py walks a graph with.

Where an operation is not understood, the field becomes global: the claim is then too wide, never too narrow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from torch import Tensor, fx

from worker.models import place as places
from worker.models.call import SLIDING, argument, operation, shape_of, windows
from worker.models.field import Field
from worker.models.reach import Value, concatenated, join, pinned, regrid, union, varying

MOVES = {
    "view", "reshape", "flatten", "unflatten", "permute", "transpose", "movedim", "unsqueeze", "squeeze", "expand",
    "slice", "select", "narrow", "unbind", "split", "split_with_sizes", "chunk", "tensor_split", "roll", "repeat",
    "flip", "t", "expand_as", "view_as", "swapaxes", "unsafe_split",
}  # fmt: skip
SAME = {
    "relu", "relu6", "hardtanh", "gelu", "silu", "sigmoid", "tanh", "leaky_relu", "elu", "selu", "hardswish", "mish",
    "hardsigmoid", "softplus", "clamp", "clamp_min", "clamp_max", "dropout", "feature_dropout", "clone", "contiguous",
    "alias", "detach", "to", "_to_copy", "neg", "pow", "sqrt", "rsqrt", "exp", "log", "abs", "identity", "prelu",
    "erf", "square", "type_as", "float", "fill",
}  # fmt: skip
JOINS = {
    "add": "add", "sub": "add", "mul": "product", "div": "product", "maximum": "max", "minimum": "max",
    "where": "add", "lerp": "add", "addcmul": "add",
}  # fmt: skip
"""Element-wise operations of several values, and what the drawing calls them."""
REDUCING = {"mean", "sum", "amax", "amin", "var", "std", "logsumexp"}
ALONG = {"softmax": 1, "_softmax": 1, "log_softmax": 1, "cumsum": 1, "cumprod": 1}
"""Operations along one dimension, and where that argument stands."""
RESIZING = ("adaptive_", "upsample_", "_upsample_", "interpolate")
PRODUCTS = {"matmul", "bmm", "einsum", "baddbmm", "scaled_dot_product_attention"}


def through(node: fx.Node, sources: Sequence[Value], *, fixed: Sequence[tuple[int, ...]] = ()) -> Value | list[Value]:
    """The result of an operation. sources: its operands that depend on an input. fixed: shapes of its parameters."""
    name = operation(node)
    value = sources[0]
    if name in SAME and len(sources) == 1:
        return value
    if name in JOINS:
        return pinned(join(sources, shape_of(node), JOINS[name]), shape_of(node), fixed)
    if name in {"cat", "concat", "stack"}:
        return _concatenate(node, name, sources)
    rule = _rule(name)
    if rule is None or len(sources) > 1:
        return _blur(node, sources)
    return rule(node, name, value)


def _rule(name: str) -> Callable[[fx.Node, str, Value], Value | list[Value]] | None:
    if name in MOVES:
        return _move
    if name in SLIDING:
        return _slide
    if name in {"pad", "constant_pad_nd"}:
        return _pad
    if name in {"batch_norm", "_native_batch_norm_legit_no_training"}:
        return lambda _node, _name, value: value
    if name == "linear":
        return _linear
    if name in {"layer_norm", "rms_norm"}:
        return _normalize
    if name in ALONG:
        return _along
    if name in REDUCING:
        return _reduce
    return _resize if name.startswith(RESIZING) else None


def _move(node: fx.Node, _name: str, value: Value) -> Value | list[Value]:
    if value.place is None:
        parts = node.meta.get("val")
        return [value] * len(parts) if isinstance(parts, tuple | list) else value
    places = moved(node, value.place)
    return replace(value, place=places) if isinstance(places, Tensor) else [replace(value, place=p) for p in places]


def moved(node: fx.Node, values: Tensor) -> Any:
    """What an operation of MOVES makes of other `values` of the same shape."""
    name = operation(node)
    if name in {"view", "view_as", "reshape"}:
        return values.reshape(shape_of(node))
    if name == "expand_as":
        return values.expand(shape_of(node))
    target: Any = node.target
    return target(values, *node.args[1:], **node.kwargs)


def _along_dimensions(node: fx.Node, value: Value, change: Callable[[int, Field], Field | None]) -> Value:
    """Every axis changed by `change(dimension, field)` along the dimension that it runs along; a fresh place."""
    source, shape = node.args[0], shape_of(node)
    regridded = regrid(value)
    if regridded is None:
        return _fresh(value.blurred(), shape)
    value, axis_of = regridded
    assert isinstance(source, fx.Node)
    axis_of = _complete(axis_of, shape_of(source))
    dimension_of = {axis: dimension for dimension, axis in axis_of.items()}
    reach = {
        stream: tuple(
            change(dimension_of[axis], f) if f is not None and axis in dimension_of else f
            for axis, f in enumerate(axes)
        )
        for stream, axes in value.reach.items()
    }
    return replace(value, reach=reach, place=places.lattice(shape, axis_of))


def _complete(axis_of: dict[int, int], shape: tuple[int, ...]) -> dict[int, int]:
    """Dimensions of size 1 at the usual places are axes, too."""
    completed = dict(axis_of)
    for back in range(1, min(len(shape) - 2, 3) + 1):
        dimension, axis = len(shape) - back, 3 - back
        if dimension not in completed and axis not in completed.values() and shape[dimension] == 1:
            completed[dimension] = axis
    return completed


def _fresh(value: Value, shape: tuple[int, ...]) -> Value:
    """A new map at the usual places of its dimensions: (..., T, H, W)."""
    ranks = {len(shape) - back: 3 - back for back in range(1, min(len(shape) - 2, 3) + 1)}
    return replace(value, place=places.lattice(shape, ranks))


def _slide(node: fx.Node, _name: str, value: Value) -> Value:
    slides = windows(node)
    first = len(shape_of(node)) - len(slides)

    def change(dimension: int, f: Field) -> Field | None:
        i = dimension - first
        if i < 0:
            return f if dimension == 0 else None  # frames may be folded into the batch; units are mixed
        window = slides[i]
        return f.slide(kernel=window.kernel, stride=window.stride, padding=window.before, dilation=window.dilation)

    return _along_dimensions(node, value, change)


def _pad(node: fx.Node, _name: str, value: Value) -> Value:
    amounts = [int(amount) for amount in argument(node, "pad", 1)]
    if not any(amounts):
        return value
    last = len(shape_of(node)) - 1
    return _along_dimensions(node, value, lambda d, f: f.shift(amounts[2 * (last - d)]) if d > last - len(amounts) // 2
                             else f)  # fmt: skip


def _resize(node: fx.Node, _name: str, value: Value) -> Value:
    source = node.args[0]
    assert isinstance(source, fx.Node)
    before, after = shape_of(source), shape_of(node)
    if before == after:
        return value
    return _along_dimensions(node, value, lambda d, f: f if before[d] == after[d] else None)


def _linear(node: fx.Node, _name: str, value: Value) -> Value:
    mixed = varying(value, [-1])
    place = None if value.place is None else value.place[..., :1].expand(shape_of(node))
    return replace(value.blurred(mixed), place=place)


def _normalize(node: fx.Node, _name: str, value: Value) -> Value:
    return value.blurred(varying(value, range(-len(argument(node, "normalized_shape", 1)), 0)))


def _along(node: fx.Node, name: str, value: Value) -> Value:
    return value.blurred(varying(value, [int(argument(node, "dim", ALONG[name]))]))


def _reduce(node: fx.Node, _name: str, value: Value) -> Value:
    dimensions = argument(node, "dim", 1)
    if value.place is None or not dimensions:
        return replace(value.blurred(), place=None)
    dimensions = [dimensions] if isinstance(dimensions, int) else list(dimensions)
    place = value.place.amin(dimensions, keepdim=True)
    place = place if place.shape == shape_of(node) else place.squeeze(dimensions)
    return replace(value.blurred(varying(value, dimensions)), place=place)


def _concatenate(node: fx.Node, name: str, sources: Sequence[Value]) -> Value:
    operands: Any = node.args[0]
    known = iter(sources)
    values = [next(known) if operand.meta.get("reached") else None for operand in operands]
    shapes = [shape_of(operand) for operand in operands]
    return concatenated(values, shapes, int(argument(node, "dim", 1, 0)), stacked=name == "stack")


def _blur(node: fx.Node, sources: Sequence[Value]) -> Value | list[Value]:
    """An operation that mixes cells, or one that is not known: everything may see everything."""
    value, shape = union([source.blurred() for source in sources], sources[0].join), shape_of(node)
    parts = node.meta.get("val")
    if isinstance(parts, tuple | list):
        return [value] * len(parts)
    return replace(value, place=_kept_place(operation(node), sources, shape))


def _kept_place(name: str, sources: Sequence[Value], shape: tuple[int, ...]) -> Tensor | None:
    """Products keep the rows' cells of their first operand; what keeps the shape keeps the cells."""
    rows = sources[0].place
    if name in PRODUCTS and rows is not None and tuple(rows.shape[:-1]) == shape[:-1]:
        return rows[..., :1].expand(shape)
    alike = (s.place for s in sources if s.place is not None and tuple(s.place.shape) == shape)
    return next(alike, None)
