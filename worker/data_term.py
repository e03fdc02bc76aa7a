"""The data term of the objective: what the network says to a batch of pictures, and its gradient at the pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from contract.catalogue import LayerCard
from contract.spec import Parameters, VisualizationSpec
from worker import canvas
from worker.canvas import Canvas
from worker.execute import Executions
from worker.execution import Execution, Whole
from worker.models.model import Model
from worker.objectives import Objective, objective
from worker.penalties.diversity import Diversity, witness
from worker.penalties.features import Features
from worker.view import View, look, trace_back


class Penalty(Protocol):
    """A term that reads the network's inputs, in units of a reference activation."""

    def __call__(self, inputs: Sequence[Tensor]) -> Tensor:
        """(slots,), differentiable in `inputs`."""
        ...


@dataclass(frozen=True)
class Slopes:
    """Per stream the gradient at the pictures; the activations in units of the reference, (slots,)."""

    gradients: list[Tensor]
    activation: Tensor


@dataclass
class DataTerm:
    """gain * (objective - penalties) / rho^2 of the pictures in a fixed number of slots (docs/method.md, section 1).

    units: (slots, k), the units that the objective reads. reference: (slots,), the scale of the first of them.
    """

    canvases: Sequence[Canvas]
    execution: Execution
    objective: Objective
    weight: float
    units: Tensor
    reference: Tensor
    penalties: Sequence[Penalty] = ()

    def begin(
        self, slot: int, spec: VisualizationSpec, reference: float, others: Sequence[dict[str, Tensor]] = ()
    ) -> None:
        """Aim a slot at the unit of `spec`. others: the visible pictures, by stream, that it must differ from."""
        self.units[slot] = torch.tensor(_read(spec, of=self.units.shape[1]))
        self.reference[slot] = reference
        for penalty in self.penalties:
            if isinstance(penalty, Diversity):
                penalty.begin(slot, [self._inputs(self._windows(pictures)) for pictures in others])

    def gradients(self, pictures: list[Tensor], views: Sequence[View]) -> Slopes:
        """How the pictures are to change. views: per slot, where the network looks."""
        windows = [look(x, c, views).detach().requires_grad_() for x, c in zip(pictures, self.canvases, strict=True)]
        inputs = self._inputs(windows)
        value, activation = self.objective(self.execution, inputs, self.units, self.reference)
        for penalty in self.penalties:
            value = value - penalty(inputs)
        slopes = torch.autograd.grad(value.sum(), windows, allow_unused=True, materialize_grads=True)
        parts = zip(pictures, self.canvases, slopes, strict=True)
        gradients = [trace_back(slope * self.weight, c, views, like=x) for x, c, slope in parts]
        return Slopes(gradients, activation)

    def activation(self, pictures: list[Tensor]) -> Tensor:
        """Raw activations of the unshifted pictures, (slots,)."""
        margin = self.canvases[0].margin
        views = [View(margin, margin)] * len(self.units)
        with torch.no_grad():
            inputs = self._inputs([look(x, c, views) for x, c in zip(pictures, self.canvases, strict=True)])
            return self.objective(self.execution, inputs, self.units, self.reference)[1] * self.reference

    def _windows(self, pictures: dict[str, Tensor]) -> list[Tensor]:
        """Visible pictures, (channel, time, height, width), as windows; streams that are not there are grey."""
        device, windows = self.units.device, []
        for c in self.canvases:
            shape = (1, c.stream.channels, c.frames, c.height, c.width)
            picture = pictures.get(c.stream.name)
            windows.append(torch.zeros(shape, device=device) if picture is None else picture.to(device).expand(shape))
        return windows

    def _inputs(self, windows: list[Tensor]) -> list[Tensor]:
        return [canvas.to_network(w, c.stream) for w, c in zip(windows, self.canvases, strict=True)]


def data_term(
    model: Model,
    layer: str,
    parameters: Parameters,
    canvases: Sequence[Canvas],
    *,
    slots: int | None,
    executions: Executions,
    dtype: torch.dtype,
) -> DataTerm:
    """The data term of a run, its network ready. slots: None for what suits the device and the execution."""
    card, causal = model.card.layer(layer), model.card.causal
    side = max(max(c.height, c.width) for c in canvases)
    rho = min(card.receptive_field or side, side)
    chosen = objective(parameters)
    windows = [torch.zeros(1, c.stream.channels, c.frames, c.height, c.width) for c in canvases]
    shapes = [tuple(canvas.to_network(x, c.stream).shape) for x, c in zip(windows, canvases, strict=True)]
    execution: Execution | Whole = (
        executions.whole(model.module, card, causal=causal, dtype=dtype)
        if chosen.reads_map
        else executions.cells(model.module, card, shapes, causal=causal, dtype=dtype)
    )
    slots = slots or executions.slots(execution, shapes)
    covered = (side / rho) ** 2 if chosen.reads_map else 1.0
    return DataTerm(
        canvases,
        execution,
        chosen,
        parameters.gain * covered / rho**2,
        torch.zeros(slots, _count(parameters, card), dtype=torch.long, device=executions.device),
        torch.ones(slots, device=executions.device),
        tuple(_penalties(model, card, parameters, slots, executions)),
    )


def _count(parameters: Parameters, layer: LayerCard) -> int:
    """How many units the objective reads."""
    if parameters.contrast:
        return layer.units
    return 1 if parameters.rival is None else 2


def _read(spec: VisualizationSpec, *, of: int) -> Sequence[int]:
    """The units that the objective reads, its own first. of: how many they are."""
    return [spec.unit, *(n for n in range(of) if n != spec.unit)] if spec.parameters.contrast else spec.units


def _penalties(
    model: Model, layer: LayerCard, parameters: Parameters, slots: int, executions: Executions
) -> Iterator[Penalty]:
    if parameters.prior == "features":
        seen = executions.observed(model.module, layer.path, tuple(model.moments))
        yield Features(seen, model.moments, parameters.feature_weight)
    if parameters.diversity:
        where = executions.whole(model.module, witness(model.card, layer), causal=model.card.causal)
        yield Diversity(where, parameters.diversity, slots)
