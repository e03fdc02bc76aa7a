"""The kernels of an execution launched as one: recorded once as a CUDA graph, replayed at every step.

The maps of a cone are small, so that on a GPU launching its kernels takes longer than they run. Recording needs
fixed shapes and fixed places in memory: a run has both (slots, canvases).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from worker.execution import Execution, Kind

log = logging.getLogger(__name__)

Cells = Callable[..., Tensor]
"""(units, *inputs) -> raw activations of the target cell."""

Record = Callable[[Cells, tuple[Tensor, ...]], Cells]
"""From a function and inputs like those to come, the function that replays it and its gradient."""


class Replayed:
    """An execution that is recorded for every shape of inputs it meets; one that cannot be recorded runs as it is."""

    def __init__(self, execution: Execution, *, record: Record | None = None) -> None:
        """record: how; None: as a CUDA graph."""
        self.execution, self.record = execution, record or _graph
        self.kind: Kind = execution.kind
        self._recorded: dict[Any, Cells] = {}

    def cells(self, inputs: Sequence[Tensor], units: Tensor) -> Tensor:
        """As `Execution.cells`. What it returns is overwritten by the next call. Raises OutOfMemoryError."""
        if not torch.is_grad_enabled():
            return self.execution.cells(inputs, units)
        key = (tuple(units.shape), *((tuple(x.shape), x.requires_grad) for x in inputs))
        if key not in self._recorded:
            self._recorded[key] = self._make(inputs, units)
        return self._recorded[key](units, *inputs)

    def _make(self, inputs: Sequence[Tensor], units: Tensor) -> Cells:
        examples = tuple(x.detach().clone().requires_grad_(x.requires_grad) for x in inputs)
        try:
            return self.record(self._run, (units.clone(), *examples))
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as reason:  # an operation that waits for the CPU cannot be recorded
            log.warning("runs without a CUDA graph: %s", str(reason).partition("\n")[0])
            return self._run

    def _run(self, units: Tensor, *inputs: Tensor) -> Tensor:
        return self.execution.cells(inputs, units)


def _graph(run: Cells, examples: tuple[Tensor, ...]) -> Cells:
    return torch.cuda.make_graphed_callables(run, examples, allow_unused_input=True)  # type: ignore[return-value]
