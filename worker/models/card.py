"""The card of a layer, from what is known of its value."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from torch import fx, nn

from contract.catalogue import LayerCard, Stream
from worker.models.arrange import arrange
from worker.models.call import operation, shape_of
from worker.models.reach import GLOBAL, Axes, Value
from worker.models.rules import JOINS, SAME

ACTIVATIONS = {"relu", "relu6", "gelu", "silu", "sigmoid", "tanh", "leaky_relu", "elu", "selu", "hardswish", "hardtanh",
               "mish", "softplus", "prelu", "erf"}  # fmt: skip

STEPS_OF_AN_ACTIVATION = 12
"""Operations that a written-out GELU takes, at most."""


def of_call(path: str, node: fx.Node, value: Value, streams: Sequence[Stream], norm: str) -> LayerCard | None:
    """The card of a convolution or linear map, `node`, whose result is `value`. norm: a normalization that is part.

    None where it is not known which dimension holds the units.
    """
    kind = "linear" if operation(node) == "linear" else "conv"
    card = _of_value(path, kind, shape_of(node), value, streams)
    return card and card.model_copy(
        update={"norm": norm, "neurons": _activated(node), "macs": _products(node)},
    )


def of_heads(path: str, heads: int, node: fx.Node, value: Value, streams: Sequence[Stream]) -> LayerCard | None:
    """The card of the `heads` attention heads whose joined output the linear map `node` reads. value: its result."""
    return _of_value(path, "heads", (*shape_of(node)[:-1], heads), value, streams)


def of_module(path: str, part: nn.Module, shape: tuple[int, ...], streams: Sequence[Stream]) -> LayerCard | None:
    """The card of a module of which only its output's shape is known: every field is called global."""
    names = [stream.name for stream in streams]
    value = Value(dict.fromkeys(names, GLOBAL))
    card = _of_value(path, "linear" if isinstance(part, nn.Linear) else "conv", shape, value, streams)
    weight: Any = part.weight
    return card and card.model_copy(update={"macs": math.prod(shape) * (weight.numel() // len(weight))})


def _of_value(
    path: str, kind: str, shape: tuple[int, ...], value: Value, streams: Sequence[Stream]
) -> LayerCard | None:
    last = kind != "conv"
    place = value.place if value.place is None or not last else value.place[..., :1].expand(shape)
    found = arrange(place, shape, last=last)
    if found is None:
        return None
    layout, (units, frames, height, width) = found
    rigid = re.search(r"\((?!N T\))", layout)  # positions in one row: the network has one size only
    seen = [GLOBAL if rigid else axes for axes in value.reach.values()]
    return LayerCard(
        path=path,
        kind=kind,
        units=units,
        frames=frames,
        height=height,
        width=width,
        stride=_common(seen, lambda f: f.stride),
        receptive_field=_common(seen, lambda f: f.size),
        receptive_frames=_frames(seen, streams, tuple(value.reach)),
        streams=tuple(value.reach),
        lane=next(iter(value.reach)) if len(value.reach) == 1 else "joint",
        depth=value.depth,
        inputs=value.feeds,
        join=value.join,
        layout=layout,
    )


def _products(node: fx.Node) -> int:
    """Multiplications of a convolution or linear map at the native input."""
    weight = node.args[1]
    assert isinstance(weight, fx.Node)
    return math.prod(shape_of(node)) * math.prod(shape_of(weight)[1:])


def _activated(node: fx.Node) -> bool:
    """Whether an activation function follows, possibly after a normalization or written out in elementary steps."""
    own, following = {node}, node.next
    for _ in range(STEPS_OF_AN_ACTIVATION):
        if following.all_input_nodes and own.issuperset(following.all_input_nodes):
            name = operation(following)
            if name in ACTIVATIONS:
                return True
            if name in SAME or name in JOINS:
                own.add(following)
        elif operation(following) == "batch_norm" and following.args[0] in own:
            own.add(following)
        following = following.next
    return False


def _common(seen: list[Axes], read: Any) -> int | None:
    """The larger of what height and width give, over the streams; none where one of them is global."""
    values = [None if axis is None else read(axis) for axes in seen for axis in axes[1:]]
    known = [v for v in values if v is not None]
    return max(known) if known and len(known) == len(values) else None


def _frames(seen: list[Axes], streams: Sequence[Stream], names: tuple[str, ...]) -> int | None:
    by_name = {stream.name: stream for stream in streams}
    sizes = [
        by_name[name].frames if by_name[name].layout == "CHW" else None if axes[0] is None else axes[0].size
        for name, axes in zip(names, seen, strict=True)
    ]
    known = [size for size in sizes if size is not None]
    return max(known) if len(known) == len(sizes) else None
