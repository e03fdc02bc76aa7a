"""The network as a function of its inputs, up to a layer: its dependency cone where there is one, else all of it.

Frozen, in low precision where it pays, kept warm. Knows nothing of objectives. The module it is given is never
changed.
"""

from __future__ import annotations

import contextlib
import copy
import functools
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from contract.catalogue import LayerCard
from worker import capacity
from worker.cone import NoCone, cone
from worker.execution import Execution, Forward, Kind, Whole
from worker.models import subgraph
from worker.models.call import shape_of
from worker.models.until import Until, cut
from worker.replay import Replayed
from worker.tape import Tape

SLOTS: dict[str, dict[Kind, int]] = {"cpu": {"cone": 2, "network": 1}, "cuda": {"cone": 64, "network": 16}}
"""Units that run together at most, by kind of device and of execution: the same number for the same machine, so that
the same request gives the same bits. Slow and fast of a unit fill a cone's two; over whole maps a free slot would
cost as much as a full one. On a GPU its memory decides (worker/capacity.py)."""

KEPT = 8
"""Layers that stay ready to run."""


class Observed:
    """The network up to a layer, on the whole frame, in fp32; seen at several layers on the way."""

    def __init__(self, module: nn.Module, layer: str, paths: Sequence[str], *, device: torch.device) -> None:
        """paths: of modules; those that `layer` does not need are left out of what is seen."""
        self.network = _frozen(module, device, torch.float32)
        self.run, self.paths = cut(self.network, layer) or Until(self.network, layer), paths

    def __call__(self, inputs: Sequence[Tensor]) -> dict[str, Tensor]:
        """Raw outputs by path, differentiable in `inputs`."""
        seen: dict[str, Tensor] = {}
        with contextlib.ExitStack() as hooks:
            for path in self.paths:
                hook = functools.partial(_note, seen, path)
                hooks.callback(self.network.get_submodule(path).register_forward_hook(hook).remove)
            self.run(*inputs)
        return seen


def _note(seen: dict[str, Tensor], path: str, _module: nn.Module, _inputs: Any, output: Tensor) -> None:
    seen[path] = output


class Executions:
    """Layers of networks, ready to run on one device; the ones used last are kept."""

    def __init__(self, device: torch.device | str) -> None:
        self.device = torch.device(device)
        self._kept: OrderedDict[Any, Execution | Observed] = OrderedDict()
        self._slots: WeakKeyDictionary[Execution, int] = WeakKeyDictionary()

    def cells(
        self,
        module: nn.Module,
        layer: LayerCard,
        shapes: Sequence[tuple[int, ...]],
        *,
        causal: bool,
        dtype: torch.dtype,
    ) -> Execution:
        """The cheapest exact execution of the target cell of `layer` for inputs of `shapes` (batch 1)."""

        def make() -> Execution:
            made = self._tape(module, layer, shapes, causal, dtype)
            if made is None:
                return self.whole(module, layer, causal=causal, dtype=dtype)
            return Replayed(made) if self.device.type == "cuda" else made

        return self._keep(("cells", module, layer.path, tuple(shapes), causal, dtype), make)

    def slots(self, execution: Execution, shapes: Sequence[tuple[int, ...]]) -> int:
        """Units that run together: on a CPU a fixed number, on a GPU what its memory has room for, measured once.

        shapes: of the inputs of one unit.
        """
        most = SLOTS[self.device.type][execution.kind]
        if self.device.type == "cpu":
            return most
        if execution not in self._slots:
            plain = execution.execution if isinstance(execution, Replayed) else execution
            self._slots[execution] = capacity.slots(plain, shapes, self.device, most=most)
        return self._slots[execution]

    def whole(self, module: nn.Module, layer: LayerCard, *, causal: bool, dtype: torch.dtype = torch.float32) -> Whole:
        """The network up to `layer` on the whole frame. Raises AttributeError for an unknown layer."""

        def make() -> Execution:
            return Whole(truncate(module, layer.path, device=self.device, dtype=dtype), layer, causal=causal)

        return self._keep(("whole", module, layer.path, causal, dtype), make)

    def observed(self, module: nn.Module, layer: str, paths: tuple[str, ...]) -> Observed:
        """The network up to `layer`, seen at the modules `paths` that it runs through."""
        key = ("observed", module, layer, paths)
        return self._keep(key, lambda: Observed(module, layer, paths, device=self.device))

    def _tape(
        self, module: nn.Module, layer: LayerCard, shapes: Sequence[tuple[int, ...]], causal: bool, dtype: torch.dtype
    ) -> Execution | None:
        parameter = next(module.parameters())
        inputs = [torch.zeros(shape, dtype=parameter.dtype, device=parameter.device) for shape in shapes]
        network = subgraph.read(module, inputs, layer.path)
        if network is None:
            return None
        try:
            found = cone(network, target(shape_of(network.nodes[-1])[2:], causal=causal))
        except NoCone:
            return None
        return Tape(network, found, dtype=dtype, device=self.device)

    def _keep(self, key: Any, make: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = make()
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]


def target(extent: Sequence[int], *, causal: bool) -> tuple[int, ...]:
    """The target cell of a map of `extent` (height, width or time, height, width)."""
    cell = [n // 2 for n in extent]
    if causal and len(extent) == 3:
        cell[0] = extent[0] - 1
    return tuple(cell)


def truncate(module: nn.Module, layer: str, *, device: torch.device, dtype: torch.dtype = torch.float32) -> Forward:
    """A function from the network's inputs to the output of the module at dotted path `layer`.

    Weights are frozen and cast to `dtype`, in a copy where that changes anything; everything outside convolutions and
    matrix products stays fp32 (autocast). Where `torch.fx` can trace the network, what the layer does not need is cut
    away (the other stream, the layers above); elsewhere the forward pass is left as soon as the layer has run.
    Raises AttributeError for an unknown path.
    """
    network = _frozen(module, device, dtype)
    run = cut(network, layer) or Until(network, layer)
    mixed = torch.autocast(device.type, dtype=dtype) if dtype != torch.float32 else contextlib.nullcontext()

    def forward(inputs: Sequence[Tensor]) -> Tensor:
        with mixed:
            return run(*inputs).float()

    return forward


def fast_dtype(module: nn.Module, device: torch.device) -> torch.dtype:
    """bf16 where the machine multiplies faster in it (AMX, AVX512-BF16, tensor cores) and the network gains, else fp32.

    Depthwise convolutions are no matrix products: on a CPU networks built of them are slower in bf16.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    convolutions = [part for part in module.modules() if isinstance(part, (nn.Conv2d, nn.Conv3d))]
    depthwise = sum(part.groups > 1 and part.groups == part.in_channels for part in convolutions)
    fast = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    return torch.bfloat16 if fast and 5 * depthwise <= len(convolutions) else torch.float32


def _frozen(module: nn.Module, device: torch.device, dtype: torch.dtype) -> nn.Module:
    if dtype == torch.float32 and all(_rests(part, device) for part in module.modules()):
        return module
    network = copy.deepcopy(module).eval().requires_grad_(False).to(device)
    for part in network.modules():
        if isinstance(part, (nn.Conv2d, nn.Conv3d, nn.Linear)):
            part.to(dtype)
    return recurrent(network) if device.type == "cuda" else network


def recurrent(network: nn.Module) -> nn.Module:
    """The network, changed: its recurrent layers are as in training, less the dropout.

    cuDNN gives gradients through them in training mode only, even where the weights are frozen.
    """
    for part in network.modules():
        if isinstance(part, nn.RNNBase):
            part.dropout = 0.0
            part.train()
    return network


def _rests(part: nn.Module, device: torch.device) -> bool:
    """Whether a module's own weights are as they are to be run."""
    weights = [*part.parameters(recurse=False), *part.buffers(recurse=False)]
    return not part.training and all(
        weight.device == device and not weight.requires_grad and weight.dtype not in {torch.float64, torch.bfloat16}
        for weight in weights
    )
