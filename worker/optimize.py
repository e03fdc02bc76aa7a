"""The loop: joint gradient ascent on every input of a network, for a batch of units of one layer.

A generator of steps; no file, no queue, no clock but the one that times it. Every sample of a batch is a problem of
its own: own unit, own noise, own shifts, own slowness.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from contract.spec import Parameters, VisualizationSpec
from worker import canvas, regularizers
from worker.ascent import Ascent
from worker.canvas import Canvas
from worker.execute import Forward, fast_dtype, truncate
from worker.models.model import Model
from worker.objectives import as_map, cell


@dataclass(frozen=True)
class Optimum:
    """The end of one optimization. inputs: per stream (channel, time, height, width), grey levels about the mean."""

    spec: VisualizationSpec
    dead: bool
    reference: float
    activation: float | None = None
    inputs: dict[str, Tensor] = field(default_factory=dict)
    trace: tuple[float, ...] = ()
    canvas: int = 0
    steps: int = 0
    seconds: float = 0.0
    device: str = "cpu"


@dataclass(frozen=True)
class Step:
    """One step of a batch. `activation`: normalized, one per spec, None for dead units. `inputs` as in Optimum.

    `optima` is filled on the last step only, one per spec.
    """

    index: int
    steps: int
    activation: list[float | None]
    inputs: list[dict[str, Tensor]]
    optima: list[Optimum] = field(default_factory=list)


def optimize(
    model: Model,
    specs: Sequence[VisualizationSpec],
    *,
    device: torch.device | str = "cpu",
    dtype: torch.dtype | None = None,
) -> Iterator[Step]:
    """Optimize the units of `specs` together and yield after every step.

    dtype: precision of the network's products; None: the fastest that the device has. All else is fp32.
    The specs name one layer, and share all parameters but unit, seed and chi. Raises ValueError otherwise,
    UnknownLayer and UnitOutOfRange for what the model does not have.
    """
    _check(model, specs)
    layer = specs[0].layer
    is_class = model.card.is_class(layer)
    reference = _reference(model, layer, logits=is_class)
    dead = set() if is_class or model.statistics is None else set(model.statistics.dead(layer))
    living = [i for i, spec in enumerate(specs) if spec.unit not in dead]
    if not living:
        yield _all_dead(specs, reference)
        return
    device = torch.device(device)
    run = _Run(model, [specs[i] for i in living], reference, device, dtype or fast_dtype(model.module, device))
    for step in run.steps():
        yield _spread(step, specs, living, reference)


class _Run:
    """The living units of one batch."""

    def __init__(
        self,
        model: Model,
        specs: Sequence[VisualizationSpec],
        reference: Tensor,
        device: torch.device,
        dtype: torch.dtype,
    ) -> None:
        self.model, self.specs, self.device, self.dtype = model, specs, device, dtype
        self.parameters = specs[0].parameters
        self.layer = model.card.layer(specs[0].layer)
        self.canvases = canvas.plan(model.card, self.layer, jitter=self.parameters.jitter)
        self.units = torch.tensor([spec.unit for spec in specs], device=device)
        self.reference = reference[self.units.cpu()].to(device)
        self.chi = torch.tensor([spec.parameters.chi for spec in specs], device=device)
        self.kappa = torch.full_like(self.chi, self.parameters.kappa)
        side = max(max(c.height, c.width) for c in self.canvases)
        self.rho = min(self.layer.receptive_field or side, side)

    def steps(self) -> Iterator[Step]:
        started = time.monotonic()
        forward = truncate(self.model.module, self.layer.path, device=self.device, dtype=self.dtype)
        points, corners = self._start()
        reached = self._streams_reached()
        ascents = [self._ascent(x, c) for x, c in zip(points, self.canvases, strict=True)]
        traces: list[list[float]] = [[] for _ in self.specs]
        total = self.parameters.steps
        for index in range(total):
            gradients, activation = self._gradients(forward, points, corners[index], reached)
            decay = 0.5 * (1 + math.cos(math.pi * index / total))
            points = [
                self._advance(x, ascent, gradient, c, decay)
                for x, ascent, gradient, c in zip(points, ascents, gradients, self.canvases, strict=True)
            ]
            for trace, value in zip(traces, activation, strict=True):
                trace.append(value)
            last = index == total - 1
            optima = self._optima(points, traces, time.monotonic() - started) if last else []
            yield Step(index + 1, total, list(activation), self._inputs(points), optima)

    def _start(self) -> tuple[list[Tensor], list[Tensor]]:
        """Noise of every stream, and per step the corners (batch, 2): each spec's own, from its own seed."""
        drawn = [self._draw(spec.parameters) for spec in self.specs]
        points = [torch.stack([noise[s] for noise, _ in drawn]).to(self.device) for s in range(len(self.canvases))]
        corners = torch.stack([shifts for _, shifts in drawn], dim=1)
        return points, list(corners)

    def _draw(self, parameters: Parameters) -> tuple[list[Tensor], Tensor]:
        generator = torch.Generator().manual_seed(parameters.seed)
        noise = [canvas.noise(c, generator, sigma=parameters.sigma, still=self._still(c)) for c in self.canvases]
        return noise, canvas.shifts(self.canvases[0].margin, parameters.steps, generator)

    def _still(self, c: Canvas) -> bool:
        return self.parameters.still and c.stream.kind == "clip"

    def _streams_reached(self) -> list[bool]:
        return [c.stream.name in self.layer.streams for c in self.canvases]

    def _gradients(
        self, forward: Forward, points: list[Tensor], corners: Tensor, reached: list[bool]
    ) -> tuple[list[Tensor], list[float]]:
        """Gradients at `points` of the loss without R_TV, and the normalized activations there."""
        places = corners.tolist()
        windows = [
            canvas.window(x, c, places).detach().requires_grad_() for x, c in zip(points, self.canvases, strict=True)
        ]
        activation = self._activation(forward, windows) / self.reference
        slopes = torch.autograd.grad(activation.sum(), windows, allow_unused=True, materialize_grads=True)
        gain = self.parameters.gain / self.rho**2
        gradients = []
        for x, c, slope, sees in zip(points, self.canvases, slopes, reached, strict=True):
            gradient = self._energy_gradient(x, c) if sees else torch.zeros_like(x)
            canvas.add_window(gradient, slope * -gain, c, places)
            gradients.append(gradient)
        return gradients, activation.tolist()

    def _activation(self, forward: Forward, windows: list[Tensor]) -> Tensor:
        inputs = [canvas.to_network(w, c.stream) for w, c in zip(windows, self.canvases, strict=True)]
        return cell(as_map(forward(inputs), len(self.specs), self.layer), self.units, causal=self.model.card.causal)

    def _share(self, c: Canvas) -> float:
        """Weight of a sum over one stream's pixels: 1 / HW, for T frames 1 / (HW T/10); a still counts T times."""
        repeats = c.frames if self._still(c) else 1
        return repeats / (c.area * (c.frames / 10 if c.frames > 1 else 1))

    def _energy_gradient(self, x: Tensor, c: Canvas) -> Tensor:
        """Gradient of lambda_B N_B of one stream (docs/method.md, sections 1 and 2)."""
        p = self.parameters
        return regularizers.energy_gradient(x / p.sigma, alpha=p.alpha).mul_(self._share(c) / p.sigma)

    def _ascent(self, x: Tensor, c: Canvas) -> Ascent:
        """The ascent of one stream, with lambda_TV R_TV in it; motion is smoothed more than appearance."""
        p = self.parameters
        weight = self._share(c) / p.smoothness**2 * (p.motion_tv if c.stream.kind == "motion" else 1.0)
        return Ascent(x, kappa=self.kappa * weight, chi=self.chi * weight)

    def _advance(self, x: Tensor, ascent: Ascent, gradient: Tensor, c: Canvas, decay: float) -> Tensor:
        p = self.parameters
        rate = p.rate_motion if c.stream.kind == "motion" else p.rate_appearance
        return regularizers.project(ascent.step(x, gradient, rate=rate * decay), bound=p.bound)

    def _inputs(self, points: list[Tensor]) -> list[dict[str, Tensor]]:
        """Per spec the visible part of the streams that its unit sees."""
        return [
            {
                c.stream.name: canvas.center(x[i], c)
                for x, c in zip(points, self.canvases, strict=True)
                if c.stream.name in self.layer.streams
            }
            for i in range(len(self.specs))
        ]

    def _optima(self, points: list[Tensor], traces: list[list[float]], seconds: float) -> list[Optimum]:
        final = self._final(points)
        return [
            Optimum(
                spec=spec,
                dead=False,
                reference=float(self.reference[i]),
                activation=final[i],
                inputs={name: x.cpu() for name, x in inputs.items()},
                trace=tuple(traces[i]),
                canvas=max(self.canvases[0].height, self.canvases[0].width),
                steps=self.parameters.steps,
                seconds=seconds,
                device=str(self.device),
            )
            for i, (spec, inputs) in enumerate(zip(self.specs, self._inputs(points), strict=True))
        ]

    def _final(self, points: list[Tensor]) -> list[float]:
        """Activation of the unshifted optima in full precision, one sample at a time to keep memory flat."""
        forward = truncate(self.model.module, self.layer.path, device=self.device)
        middle = [(c.margin, c.margin) for c in self.canvases]
        values = []
        with torch.no_grad():
            for i in range(len(self.specs)):
                inputs = [
                    canvas.to_network(canvas.window(x[i : i + 1], c, [corner]), c.stream)
                    for x, c, corner in zip(points, self.canvases, middle, strict=True)
                ]
                unit = self.units[i : i + 1]
                values.append(float(cell(as_map(forward(inputs), 1, self.layer), unit, causal=self.model.card.causal)))
        return values


def _check(model: Model, specs: Sequence[VisualizationSpec]) -> None:
    if not specs:
        raise ValueError("a batch needs at least one spec")
    for spec in specs:
        model.card.check_unit(spec.layer, spec.unit)
    if len({group(spec) for spec in specs}) > 1:
        raise ValueError("the specs of a batch share model, layer and all parameters but unit, seed and chi")


def group(spec: VisualizationSpec) -> str:
    """What specs must have in common to be optimized together."""
    shared = spec.parameters.model_dump(exclude={"seed", "chi"})
    return repr((spec.fingerprint, spec.layer, sorted(shared.items())))


def _reference(model: Model, layer: str, *, logits: bool) -> Tensor:
    if model.statistics is None:
        return torch.ones(model.card.layer(layer).units)
    return model.statistics.reference(layer, logits=logits)


def _all_dead(specs: Sequence[VisualizationSpec], reference: Tensor) -> Step:
    optima = [Optimum(spec, dead=True, reference=float(reference[spec.unit])) for spec in specs]
    return Step(0, 0, [None] * len(specs), [{} for _ in specs], optima)


def _spread(step: Step, specs: Sequence[VisualizationSpec], living: list[int], reference: Tensor) -> Step:
    """The step of the living units as a step of all specs."""
    if len(living) == len(specs):
        return step
    activation: list[float | None] = [None] * len(specs)
    inputs: list[dict[str, Tensor]] = [{} for _ in specs]
    optima = list(_all_dead(specs, reference).optima) if step.optima else []
    for place, i in enumerate(living):
        activation[i] = step.activation[place]
        inputs[i] = step.inputs[place]
        if optima:
            optima[i] = step.optima[place]
    return Step(step.index, step.steps, activation, inputs, optima)
