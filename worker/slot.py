"""One place of a run: the spec in it, its way, and the state from which it can go on."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from contract.spec import VisualizationSpec
from worker import schedule

State = dict[str, Tensor]
"""All that one spec's optimization needs to go on, by name."""


class Slot:
    """member: the place of `spec` in the run. reference: the scale of its activation."""

    def __init__(self, member: int, spec: VisualizationSpec, reference: float) -> None:
        self.member, self.spec, self.reference = member, spec, reference
        self.generator = torch.Generator().manual_seed(spec.parameters.seed)
        self.course = schedule.Course(spec.parameters.steps)
        self.trace: list[float] = []
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Time that it has taken so far, all workers that were at it together."""
        return time.monotonic() - self._started

    def state(self, pictures: Sequence[Tensor]) -> State:
        """From where it can go on, on the CPU. pictures: what the prior holds of it (`Prior.state`)."""
        held = {
            f"prior.{i}": value.cpu().clone(memory_format=torch.contiguous_format) for i, value in enumerate(pictures)
        }
        facts = torch.tensor([self.reference, self.seconds], dtype=torch.float64)
        trace = torch.tensor(self.trace, dtype=torch.float64)
        return {**held, "generator": self.generator.get_state(), "trace": trace, "facts": facts}

    def resume(self, state: Mapping[str, Tensor], pictures: Sequence[Tensor]) -> bool:
        """Go on from a state, into `pictures` too. False for one of other sizes or another scale, which is left."""
        kept = [state.get(f"prior.{i}") for i in range(len(pictures))]
        fits = all(one is not None and one.shape == into.shape for one, into in zip(kept, pictures, strict=True))
        if not fits or not {"generator", "trace", "facts"} <= set(state) or float(state["facts"][0]) != self.reference:
            return False
        for one, into in zip(kept, pictures, strict=True):
            assert one is not None
            into.copy_(one)
        self.generator.set_state(state["generator"])
        self.trace = state["trace"].tolist()
        self.course.age = len(self.trace)
        self._started -= float(state["facts"][1])
        return True
