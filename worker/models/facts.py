"""Facts of a network, computed from its graph: layers, units, sizes, receptive fields, streams, what feeds what.

The graph comes from `torch.export` (non-strict), which follows the user's forward as it runs. Where an operation is
not understood, the field is called global: the claim is then too wide, never too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, fx, nn

from contract.catalogue import LayerCard, Stream
from contract.errors import ModelProblem
from worker.models.field import Field, merge

Axes = tuple[Field | None, Field | None, Field | None]
"""Fields over time, height, width."""

WINDOWED = {"conv1d", "conv2d", "conv3d", "max_pool2d", "max_pool3d", "avg_pool2d", "avg_pool3d",
            "max_pool2d_with_indices", "max_pool3d_with_indices"}  # fmt: skip
POINTWISE = {
    "relu", "relu_", "relu6", "hardtanh", "hardtanh_", "gelu", "silu", "silu_", "sigmoid", "tanh", "leaky_relu",
    "leaky_relu_", "elu", "hardswish", "hardswish_", "hardsigmoid", "softplus", "clamp", "clamp_min", "clamp_max",
    "dropout", "dropout_", "feature_dropout", "clone", "contiguous", "alias", "detach", "to", "_to_copy", "neg",
    "add", "add_", "sub", "mul", "mul_", "div", "div_", "maximum", "minimum", "pow", "sqrt", "exp", "abs",
    "batch_norm", "_native_batch_norm_legit_no_training", "cat", "linear", "identity",
}  # fmt: skip
CONSTANT = {"ones_like", "zeros_like", "full_like", "new_ones", "new_zeros", "new_full", "sym_size"}
RESHAPING = {"view", "reshape", "flatten", "permute", "transpose", "unsqueeze", "squeeze", "expand", "unflatten"}


@dataclass
class _Map:
    """What is known of one value of the graph: per stream, what a cell sees; and the layers that feed it."""

    reach: dict[str, Axes] = field(default_factory=dict)
    feeds: tuple[str, ...] = ()
    depth: int = 0


def layers(module: nn.Module, streams: Sequence[Stream]) -> tuple[list[LayerCard], str]:
    """Cards of all convolutions and linear maps in the order in which they run, and the path of the class layer.

    Raises ModelProblem where the network cannot be run on its streams' native inputs, or has no such layer.
    """
    program = _export(module, streams)
    walk = _Walk(module, program, streams)
    cards = walk.cards()
    if not cards:
        raise ModelProblem("the network has no convolution or linear layer that its output depends on")
    last = walk.last_layer()
    return [card.model_copy(update={"kind": "class"}) if card.path == last else card for card in _mark(cards)], last


def example(streams: Sequence[Stream]) -> tuple[Tensor, ...]:
    """Zero inputs of the native sizes, in the layout that the module takes."""
    return tuple(torch.zeros(shape_of(stream)) for stream in streams)


def shape_of(stream: Stream) -> tuple[int, ...]:
    """Shape of one input of the module, batch 1."""
    t, c, h, w = stream.frames, stream.channels, stream.height, stream.width
    return {"CHW": (1, t * c, h, w), "CTHW": (1, c, t, h, w), "TCHW": (1, t, c, h, w)}[stream.layout]


def _export(module: nn.Module, streams: Sequence[Stream]) -> torch.export.ExportedProgram:
    inputs = example(streams)
    try:
        return torch.export.export(module, inputs, strict=False)
    except Exception as reason:  # the user's forward runs here
        shapes = ", ".join(f"{s.name} {tuple(x.shape)}" for s, x in zip(streams, inputs, strict=True))
        raise ModelProblem(
            f"the network does not run on the inputs that its card states ({shapes}): {reason}"
        ) from reason


class _Walk:
    """One pass over the exported graph, in execution order."""

    def __init__(self, module: nn.Module, program: torch.export.ExportedProgram, streams: Sequence[Stream]) -> None:
        self.module, self.program, self.streams = module, program, streams
        self.parameters = program.graph_signature.inputs_to_parameters
        self.maps: dict[fx.Node, _Map] = {}
        self.layers: dict[str, LayerCard] = {}
        self._inputs()
        for node in program.graph.nodes:
            if node.op == "call_function":
                self._visit(node)

    def cards(self) -> list[LayerCard]:
        """Layers that run, in order."""
        return list(self.layers.values())

    def last_layer(self) -> str:
        """The layer that the output comes from."""
        (output,) = (node for node in self.program.graph.nodes if node.op == "output")
        feeds = [name for node in output.all_input_nodes for name in self.maps.get(node, _Map()).feeds]
        return [name for name in feeds if name in self.layers][-1]

    def _inputs(self) -> None:
        names = set(self.program.graph_signature.user_inputs)
        nodes = [n for n in self.program.graph.nodes if n.op == "placeholder" and n.name in names]
        for node, stream in zip(nodes, self.streams, strict=True):
            time = Field(1, 0, stream.frames - 1) if stream.layout == "CHW" else Field()
            self.maps[node] = _Map({stream.name: (time, Field(), Field())}, (stream.name,))

    def _visit(self, node: fx.Node) -> None:
        sources = [self.maps[n] for n in node.all_input_nodes if n in self.maps]
        if not sources or _operation(node) in CONSTANT:
            return
        joined = _join(sources)
        mapped = replace(joined, reach={name: _through(node, axes) for name, axes in joined.reach.items()})
        path = self._layer_path(node)
        if path is not None:
            mapped.depth += 1
            self.layers.pop(path, None)
            self.layers[path] = self._card(path, node, mapped)
            mapped.feeds = (path,)
        self.maps[node] = mapped

    def _layer_path(self, node: fx.Node) -> str | None:
        """Path of the convolution or linear module whose weight this call uses."""
        if _operation(node) not in {"conv1d", "conv2d", "conv3d", "linear"}:
            return None
        weight = node.args[1]
        name = self.parameters.get(weight.name, "") if isinstance(weight, fx.Node) else ""
        path = name.removesuffix(".weight")
        known = path != name and isinstance(self.module.get_submodule(path), (nn.Conv2d, nn.Conv3d, nn.Linear))
        return path if known else None

    def _card(self, path: str, node: fx.Node, mapped: _Map) -> LayerCard:
        kind = "linear" if _operation(node) == "linear" else "conv"
        shape = tuple(node.meta["val"].shape)
        frames, height, width = _extent(shape, kind)
        seen = list(mapped.reach.values())
        return LayerCard(
            path=path,
            kind=kind,
            units=shape[-1] if kind == "linear" else shape[1],
            frames=frames,
            height=height,
            width=width,
            stride=_common(seen, lambda f: f.stride),
            receptive_field=_common(seen, lambda f: f.size),
            receptive_frames=_frames(seen, self.streams, tuple(mapped.reach)),
            streams=tuple(mapped.reach),
            lane=next(iter(mapped.reach)) if len(mapped.reach) == 1 else "joint",
            depth=mapped.depth,
            inputs=mapped.feeds,
        )


def _join(sources: list[_Map]) -> _Map:
    """A value computed from several: the union of what they see."""
    reach: dict[str, Axes] = {}
    for source in sources:
        for name, axes in source.reach.items():
            known = reach.get(name)
            reach[name] = axes if known is None else _merge_axes(known, axes)
    feeds = tuple(dict.fromkeys(name for source in sources for name in source.feeds))
    return _Map(reach, feeds, max(source.depth for source in sources))


def _merge_axes(a: Axes, b: Axes) -> Axes:
    return merge([a[0], b[0]]), merge([a[1], b[1]]), merge([a[2], b[2]])


def _operation(node: fx.Node) -> str:
    return str(getattr(node.target, "__name__", node.target)).split(".")[0]


def _through(node: fx.Node, axes: Axes) -> Axes:
    """What a cell sees after the operation of `node`."""
    name = _operation(node)
    if name in WINDOWED:
        return _slide(node, name, axes)
    if name == "constant_pad_nd" or name == "pad":
        return _pad(node, axes)
    if name in POINTWISE or name == "getitem":
        return axes
    if name in RESHAPING and _keeps_positions(node):
        return axes
    if name.startswith("adaptive_") and _same_size(node):
        return axes
    return (None, None, None)


def _slide(node: fx.Node, name: str, axes: Axes) -> Axes:
    rank = int(name[name.index("d") - 1] if name.startswith("conv") else name[name.index("pool") + 4])
    convolution = name.startswith("conv")
    kernel = _kernel(node, rank) if convolution else _numbers(_argument(node, "kernel_size", 1), rank)
    stride = _numbers(_argument(node, "stride", 3 if convolution else 2), rank) or (
        [1] * rank if convolution else kernel
    )
    padding = _numbers(_argument(node, "padding", 4 if convolution else 3), rank) or [0] * rank
    dilation = _numbers(_argument(node, "dilation", 5 if convolution else 4), rank) if "avg" not in name else []
    dilation = dilation or [1] * rank
    slid = list(axes)
    for i in range(rank):
        axis = 3 - rank + i
        old = slid[axis]
        if old is not None:
            slid[axis] = old.slide(kernel=kernel[i], stride=stride[i], padding=padding[i], dilation=dilation[i])
    return slid[0], slid[1], slid[2]


def _kernel(node: fx.Node, rank: int) -> list[int]:
    weight = node.args[1]
    assert isinstance(weight, fx.Node)
    return [int(n) for n in weight.meta["val"].shape[-rank:]]


def _argument(node: fx.Node, name: str, place: int) -> Any:
    return node.args[place] if place < len(node.args) else node.kwargs.get(name)


def _numbers(value: Any, rank: int) -> list[int]:
    if value is None or value == []:
        return []
    if isinstance(value, str):  # padding="same" of an odd kernel is not resolved by export
        return []
    numbers = [value] if isinstance(value, int) else [int(v) for v in value]
    return numbers * rank if len(numbers) == 1 else numbers


def _pad(node: fx.Node, axes: Axes) -> Axes:
    amounts = _argument(node, "pad", 1)
    padded = list(axes)
    for i in range(min(len(amounts) // 2, 3)):
        axis, old = 2 - i, padded[2 - i]
        if old is not None:
            padded[axis] = old.shift(int(amounts[2 * i]))
    return padded[0], padded[1], padded[2]


def _keeps_positions(node: fx.Node) -> bool:
    """Whether a reshape leaves height and width where they are, or there is one position only."""
    source = next(n for n in node.all_input_nodes)
    before, after = source.meta["val"].shape, node.meta["val"].shape
    if len(before) >= 4 and len(after) >= 4:
        return before[-2:] == after[-2:] and before[1:] == after[1:]
    return all(size == 1 for size in before[2:])


def _same_size(node: fx.Node) -> bool:
    return node.args[0].meta["val"].shape == node.meta["val"].shape  # type: ignore[union-attr]


def _extent(shape: tuple[int, ...], kind: str) -> tuple[int, int, int]:
    """Frames, height, width of an output."""
    if kind == "linear":
        return (1, 1, 1) if len(shape) == 2 else (1, int(torch.Size(shape[1:-1]).numel()), 1)
    if len(shape) == 5:
        return shape[2], shape[3], shape[4]
    return shape[0], shape[2], shape[3]


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


def _mark(cards: list[LayerCard]) -> list[LayerCard]:
    """Recommend the last layer of every resolution in a lane, and the layers that join streams."""
    marked = []
    for i, card in enumerate(cards):
        later = [c for c in cards[i + 1 :] if c.lane == card.lane]
        ends = not later or (later[0].height, later[0].width) != (card.height, card.width)
        joins = card.lane == "joint" and len(card.inputs) > 1
        marked.append(card.model_copy(update={"recommended": ends or joins}))
    return marked
