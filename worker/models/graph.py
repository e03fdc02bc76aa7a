"""The graph of a network in ATen operations: by `torch.export` (non-strict), or as it ran on an example."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.proxy_tensor import make_fx

from contract.catalogue import Stream
from contract.errors import ModelProblem
from worker.models import fault

LAYERS = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)
"""Modules whose units can be looked at."""


@dataclass(frozen=True)
class Graph:
    """nodes: in execution order. inputs: the placeholders of the streams. parameters: node's name -> dotted name.

    callers: the path of the module that makes a call.
    """

    nodes: tuple[fx.Node, ...]
    inputs: tuple[fx.Node, ...]
    parameters: dict[str, str]
    callers: dict[fx.Node, str]

    @property
    def output(self) -> fx.Node:
        """The node that stands for what the network returns."""
        return next(node for node in self.nodes if node.op == "output")


def example(streams: Sequence[Stream]) -> tuple[Tensor, ...]:
    """Zero inputs of the native sizes, in the layout that the module takes."""
    return tuple(torch.zeros(shape_of(stream)) for stream in streams)


def shape_of(stream: Stream) -> tuple[int, ...]:
    """Shape of one input of the module, batch 1."""
    t, c, h, w = stream.frames, stream.channels, stream.height, stream.width
    return {"CHW": (1, t * c, h, w), "CTHW": (1, c, t, h, w), "TCHW": (1, t, c, h, w)}[stream.layout]


def export(module: nn.Module, streams: Sequence[Stream]) -> Graph | None:
    """The graph; None for a network that runs but cannot be exported (its path depends on its input's values).

    Raises ModelProblem where it does not run on its streams' native inputs; the text says how to mend the card.
    """
    try:
        program = torch.export.export(module, example(streams), strict=False)
    except Exception:  # the user's forward runs here
        _check_runs(module, streams)
        return None
    signature = program.graph_signature
    nodes = tuple(program.graph.nodes)
    users = set(signature.user_inputs)
    inputs = tuple(node for node in nodes if node.op == "placeholder" and node.name in users)
    stacks = {node: node.meta.get("nn_module_stack") or {} for node in nodes}
    callers = {node: list(stack.values())[-1][0] for node, stack in stacks.items() if stack}
    return Graph(nodes, inputs, {**signature.inputs_to_parameters, **signature.inputs_to_buffers}, callers)


def trace(module: nn.Module, streams: Sequence[Stream]) -> Graph | None:
    """The graph of the path that zeros take through the network; None where that cannot be recorded either."""
    runs: Counter[str] = Counter()

    def note(path: str) -> Callable[[nn.Module, Any, Any], None]:
        return lambda _part, _inputs, _output: runs.update([path])

    handles = [part.register_forward_hook(note(path)) for path, part in module.named_modules()]
    recorded = make_fx(module, tracing_mode="real", pre_dispatch=True, _error_on_data_dependent_ops=False)
    try:
        with torch.no_grad():
            traced = recorded(*example(streams))
    except Exception:  # the user's forward runs here
        return None
    finally:
        for handle in handles:
            handle.remove()
    nodes = tuple(traced.graph.nodes)
    inputs = tuple(node for node in nodes if node.op == "placeholder")
    known = {id(value): name for name, value in [*module.named_parameters(), *module.named_buffers()]}
    values = {node: getattr(traced, str(node.target)) for node in nodes if node.op == "get_attr"}
    named = {node: known[id(value)] for node, value in values.items() if id(value) in known}
    return Graph(nodes, inputs, {node.name: name for node, name in named.items()}, _callers(named, runs))


def _callers(named: Mapping[fx.Node, str], runs: Mapping[str, int]) -> dict[fx.Node, str]:
    """Whose parameters are used as often as it ran makes those calls itself."""
    users: dict[str, set[fx.Node]] = {}
    for node, name in named.items():
        users.setdefault(name, set()).update(node.users)
    paths = {name: name.rpartition(".")[0] for name in users}
    return {user: paths[name] for name, calls in users.items() if len(calls) == runs[paths[name]] for user in calls}


def ran(module: nn.Module, streams: Sequence[Stream]) -> list[tuple[str, nn.Module, tuple[int, ...]]]:
    """Convolutions and linear maps in the order in which they first ran, with the shapes of their outputs."""
    order: list[tuple[str, nn.Module, tuple[int, ...]]] = []

    def note(path: str) -> Callable[[nn.Module, Any, Tensor], None]:
        return lambda part, _inputs, output: order.append((path, part, tuple(output.shape)))

    handles = [
        part.register_forward_hook(note(path)) for path, part in module.named_modules() if isinstance(part, LAYERS)
    ]
    try:
        with torch.no_grad():
            module(*example(streams))
    finally:
        for handle in handles:
            handle.remove()
    return list({path: (path, part, shape) for path, part, shape in reversed(order)}.values())[::-1]


@contextmanager
def quiet() -> Iterator[None]:
    """Without torch's report of a size that is refused, where that is an answer."""
    reporter = logging.getLogger("torch._subclasses.fake_tensor")
    level = reporter.level
    reporter.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        reporter.setLevel(level)


def elastic(module: nn.Module, streams: Sequence[Stream]) -> set[str]:
    """Paths of the layers that still run, in order, when every side of the input is doubled. Computes nothing."""
    larger = [s.model_copy(update={side: 2 * getattr(s, side) for side in _sides(s)}) for s in streams]
    there: set[str] = set()

    def note(path: str) -> Callable[[nn.Module, Any, Any], None]:
        return lambda _part, _inputs, _output: there.add(path)

    handles = [
        part.register_forward_hook(note(path)) for path, part in module.named_modules() if isinstance(part, LAYERS)
    ]
    try:
        with quiet(), torch.no_grad(), FakeTensorMode(allow_non_fake_inputs=True):
            module(*example(larger))
    except Exception:  # the user's forward does not take that size: what came before it does
        return there
    finally:
        for handle in handles:
            handle.remove()
    return there


def _sides(stream: Stream) -> tuple[str, ...]:
    """A stack of flow fields has as many frames as the first layer has channels."""
    return ("height", "width") if stream.layout == "CHW" else ("frames", "height", "width")


def _check_runs(module: nn.Module, streams: Sequence[Stream]) -> None:
    reason = _failure(module, example(streams))
    if reason is None:
        return
    shapes = ", ".join(f"{stream.name} {shape_of(stream)}" for stream in streams)
    raise ModelProblem(
        f"the network does not run on the inputs that its card states ({shapes}): {reason}.{_advice(module, streams)}"
    )


def _failure(module: nn.Module, inputs: Sequence[Any]) -> str | None:
    try:
        with torch.no_grad():
            module(*inputs)
    except Exception as reason:  # as above
        return fault.words(reason)
    return None


def _advice(module: nn.Module, streams: Sequence[Stream]) -> str:
    """What would make it run, found by trying."""
    if len(streams) > 1 and _failure(module, example(streams[::-1])) is None:
        return " It runs with the streams in the opposite order."
    named = {stream.name: x for stream, x in zip(streams, example(streams), strict=True)}
    for gathered, how in ((list(example(streams)), "list(inputs)"), (named, f"dict(zip({[*named]}, inputs))")):
        if _failure(module, [gathered]) is None:
            return (
                f" It runs with its inputs in one {type(gathered).__name__}: let build() return a module whose "
                f"forward(self, *inputs) returns self.network({how})."
            )
    for layout in ("CTHW", "TCHW", "CHW"):
        changed = [stream.model_copy(update={"layout": layout}) for stream in streams]
        if _failure(module, example(changed)) is None:
            return f' It runs with "layout": "{layout}".'
    return " Check the streams' frames, height, width and layout, and that forward takes them in the card's order."
