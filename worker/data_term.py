"""The data term of the objective: what the network says to a batch of pictures, and its gradient at the pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from contract.spec import Parameters, VisualizationSpec
from worker import canvas
from worker.canvas import Canvas
from worker.execute import SLOTS, Execution, Executions, Whole
from worker.models.model import Model
from worker.objectives import Objective, objective


@dataclass
class DataTerm:
    """gain * objective / rho^2 of the pictures in a fixed number of slots (docs/method.md, section 1).

    units: (slots, k), the units that the objective reads. reference: (slots,), the scale of the first of them.
    """

    canvases: Sequence[Canvas]
    execution: Execution
    objective: Objective
    weight: float
    units: Tensor
    reference: Tensor

    def begin(self, slot: int, spec: VisualizationSpec, reference: float) -> None:
        """Aim a slot at the unit of `spec`."""
        self.units[slot] = torch.tensor(spec.units)
        self.reference[slot] = reference

    def gradients(self, pictures: list[Tensor], corners: Sequence[Sequence[int]]) -> tuple[list[Tensor], Tensor]:
        """Per stream the gradient at the pictures, and the activations in units of the reference, (slots,).

        corners: per slot the place of the network's window in the canvas.
        """
        windows = [
            canvas.window(x, c, corners).detach().requires_grad_() for x, c in zip(pictures, self.canvases, strict=True)
        ]
        value, activation = self.objective(self.execution, self._inputs(windows), self.units, self.reference)
        slopes = torch.autograd.grad(value.sum(), windows, allow_unused=True, materialize_grads=True)
        gradients = []
        for x, c, slope in zip(pictures, self.canvases, slopes, strict=True):
            gradient = torch.zeros_like(x)
            canvas.add_window(gradient, slope * self.weight, c, corners)
            gradients.append(gradient)
        return gradients, activation

    def activation(self, pictures: list[Tensor]) -> Tensor:
        """Raw activations of the unshifted pictures, (slots,)."""
        corners = [[self.canvases[0].margin] * 2] * len(self.units)
        with torch.no_grad():
            windows = [canvas.window(x, c, corners) for x, c in zip(pictures, self.canvases, strict=True)]
            return self.objective(self.execution, self._inputs(windows), self.units, self.reference)[1] * self.reference

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
    slots = slots or SLOTS[executions.device.type][execution.kind]
    covered = (side / rho) ** 2 if chosen.reads_map else 1.0
    return DataTerm(
        canvases,
        execution,
        chosen,
        parameters.gain * covered / rho**2,
        torch.zeros(slots, 1 if parameters.rival is None else 2, dtype=torch.long, device=executions.device),
        torch.ones(slots, device=executions.device),
    )
