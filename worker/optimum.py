"""What an optimization reached: at every step, and in the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from torch import Tensor

from contract.spec import VisualizationSpec
from worker.execution import Kind


@dataclass(frozen=True)
class Optimum:
    """The end of one optimization. inputs: per stream (channel, time, height, width), grey levels about the mean.

    slots: units that run together. execution: what was run of the network, its dependency cone or all of it.
    """

    spec: VisualizationSpec
    dead: bool
    reference: float
    activation: float | None = None
    inputs: dict[str, Tensor] = field(default_factory=dict)
    trace: tuple[float, ...] = ()
    canvas: int = 0
    steps: int = 0
    seconds: float = 0.0
    slots: int = 1
    device: str = "cpu"
    execution: Kind = "network"


@dataclass(frozen=True)
class Step:
    """One step of a run. All lists have one entry per spec.

    index of steps: how far the run is. ages: steps that each spec has made. activation: normalized, None before its
    first step and for dead units. finished: specs that ended with this step. optima: all, on the last step only.
    """

    index: int
    steps: int
    ages: list[int]
    activation: list[float | None]
    inputs: list[dict[str, Tensor]]
    finished: dict[int, Optimum] = field(default_factory=dict)
    optima: list[Optimum] = field(default_factory=list)
