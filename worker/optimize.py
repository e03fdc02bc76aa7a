"""The loop: joint gradient ascent on every input of a network, for units of one layer.

A generator of steps; no file, no queue, no clock but the one that times it. A fixed number of slots runs together:
every slot is a problem of its own (own unit, own noise, own shifts, own slowness), a unit that is done makes room for
the next, and free slots run empty. So a unit's result does not depend on who runs beside it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from contract.spec import VisualizationSpec
from worker import canvas
from worker.checkpoints import Checkpoints
from worker.data_term import data_term
from worker.execute import Executions, fast_dtype
from worker.models.model import Model
from worker.optimum import Optimum, Step
from worker.penalties.diversity import elders
from worker.priors import Setting, prior
from worker.slot import Slot
from worker.view import Views


def optimize(
    model: Model,
    specs: Sequence[VisualizationSpec],
    *,
    device: torch.device | str = "cpu",
    dtype: torch.dtype | None = None,
    slots: int | None = None,
    executions: Executions | None = None,
    checkpoints: Checkpoints | None = None,
) -> Generator[Step, None, None]:
    """Optimize the units of `specs` and yield after every step.

    dtype: precision of the network's products; None: the fastest that the device has. All else is fp32.
    slots: units that run together; None: by kind of device and execution. Where the device's memory is too small for
    them, half as many take over. executions: networks kept ready. checkpoints: where a long run leaves its
    state, now and then and when it is closed, and where one that was cut short goes on.
    The specs name one layer, and share all parameters but unit, seed and chi. Raises ValueError otherwise,
    UnknownLayer and UnitOutOfRange for what the model does not have.
    """
    _check(model, specs)
    executions = executions or Executions(device)
    optima: dict[int, Optimum] = {}
    told: set[int] = set()
    while True:
        run = _Run(
            model,
            specs,
            optima,
            told,
            slots=slots,
            executions=executions,
            dtype=dtype or fast_dtype(model.module, executions.device),
            checkpoints=checkpoints,
        )
        try:
            yield from run.steps()
            return
        except torch.OutOfMemoryError:
            slots, optima, told = len(run.slots) // 2, run.optima, run.told
            if not slots:
                raise


class _Run:
    def __init__(
        self,
        model: Model,
        specs: Sequence[VisualizationSpec],
        optima: dict[int, Optimum],
        told: set[int],
        *,
        slots: int | None,
        executions: Executions,
        dtype: torch.dtype,
        checkpoints: Checkpoints | None,
    ) -> None:
        """optima: of specs and elders that an earlier run has finished. told: which of them are known of."""
        self.model, self.executions, self.checkpoints, self.asked = model, executions, checkpoints, len(specs)
        self.slots: list[Slot | None] = []
        older = dict.fromkeys(elder for spec in specs for elder in elders(spec))
        self.specs = [*specs, *(elder for elder in older if elder not in specs)]
        self.parameters = specs[0].parameters
        self.layer = model.card.layer(specs[0].layer)
        self.reference = _reference(model, self.layer.path)
        self.told = told
        self.optima = optima | {i: self._dead(spec) for i, spec in enumerate(self.specs) if self._is_dead(spec)}
        self.waiting = deque(i for i in range(len(self.specs)) if i not in self.optima)
        if not self.waiting:
            return
        whole = self.parameters.objective != "cell" or self.parameters.prior == "features"
        self.canvases = canvas.plan(model.card, self.layer, jitter=self.parameters.jitter, whole=whole)
        self.views = Views(self.parameters, self.canvases[0].margin, segments=_segments(self.canvases))
        self.term = data_term(
            model, self.layer.path, self.parameters, self.canvases, slots=slots, executions=executions, dtype=dtype
        )
        slots = len(self.term.units)
        seen = [c.stream.name in self.layer.streams for c in self.canvases]
        self.prior = prior(Setting(self.parameters, self.canvases, slots, seen, executions.device))
        self.slots = [None] * slots
        self.total = -(-len(self.waiting) // slots) * self.parameters.steps

    def steps(self) -> Generator[Step, None, None]:
        """Until every spec has its optimum."""
        index = 0
        self._fill()
        if not self._running():
            yield Step(0, 0, [0] * self.asked, [None] * self.asked, [{} for _ in range(self.asked)], *self._ends())
            return
        self.total -= min(slot.course.age for _, slot in self._running())
        while self._running():
            index += 1
            step = self._step(index)
            try:
                yield step
            except GeneratorExit:
                self._keep(parting=True)
                raise
            self._keep()
            self._fill()

    def _ends(self) -> tuple[dict[int, Optimum], list[Optimum]]:
        asked = range(self.asked)
        return {i: self.optima[i] for i in asked}, [self.optima[i] for i in asked]

    def _running(self) -> list[tuple[int, Slot]]:
        return [(place, slot) for place, slot in enumerate(self.slots) if slot is not None]

    def _fill(self) -> None:
        """Let waiting specs into free slots, those first that wait for no other."""
        for place, slot in enumerate(self.slots):
            member = next((each for each in self.waiting if self._others(each) is not None), None)
            if slot is None and member is not None:
                self.waiting.remove(member)
                self.slots[place] = self._enter(place, member)

    def _others(self, member: int) -> list[Optimum] | None:
        """The optima that one must differ from; None while they are not all there."""
        places = [self.specs.index(elder) for elder in elders(self.specs[member])]
        return [self.optima[place] for place in places] if all(place in self.optima for place in places) else None

    def _enter(self, place: int, member: int) -> Slot:
        spec = self.specs[member]
        slot = Slot(member, spec, float(self.reference[spec.unit]))
        self.prior.begin(place, spec, slot.generator)
        others = [other.inputs for other in self._others(member) or ()]
        self.term.begin(place, spec, slot.reference, others)
        if self.checkpoints and (state := self.checkpoints.load(spec.id)):
            slot.resume(state, self.prior.state(place))
        return slot

    def _keep(self, *, parting: bool = False) -> None:
        """Leave the state of all slots, if it is time."""
        if self.checkpoints and self.checkpoints.due(parting=parting):
            self.checkpoints.save({slot.spec.id: slot.state(self.prior.state(at)) for at, slot in self._running()})

    def _step(self, index: int) -> Step:
        views = [self.views.middle() if slot is None else self.views.draw(slot.generator) for slot in self.slots]
        slopes = self.term.gradients(self.prior.pictures(), views)
        decay = [0.0 if slot is None else slot.course.rate() for slot in self.slots]
        self.prior.advance(slopes.gradients, torch.tensor(decay, device=self.executions.device))
        activations = slopes.activation.tolist()
        for place, slot in self._running():
            slot.trace.append(activations[place])
            slot.course.advance()
        self._finish()
        return self._report(index)

    def _finish(self) -> None:
        """Take the optima of the slots that are done, and free the slots."""
        done = {place: slot for place, slot in self._running() if slot.course.done}
        if not done:
            return
        pictures = self.prior.pictures()
        self.optima |= {slot.member: self._optimum(place, slot, pictures) for place, slot in done.items()}
        for place in done:
            self.slots[place] = None

    def _report(self, index: int) -> Step:
        ages, inputs = [0] * len(self.specs), [{} for _ in self.specs]
        activation: list[float | None] = [None] * len(self.specs)
        for member, optimum in self.optima.items():
            ages[member], activation[member], inputs[member] = optimum.steps, _last(optimum), optimum.inputs
        pictures = self.prior.pictures()
        for place, slot in self._running():
            ages[slot.member], activation[slot.member] = len(slot.trace), slot.trace[-1]
            inputs[slot.member] = self._visible(place, pictures)
        n = self.asked
        complete = all(i in self.optima for i in range(n))
        optima = self._ends()[1] if complete else []
        finished = {i: optimum for i, optimum in self.optima.items() if i < n and i not in self.told}  # the dead too
        self.told |= set(finished)
        return Step(index, max(self.total, index), ages[:n], activation[:n], inputs[:n], finished, optima)

    def _visible(self, place: int, pictures: list[Tensor]) -> dict[str, Tensor]:
        """The visible part of the streams that the unit sees."""
        return {
            c.stream.name: canvas.center(x[place], c)
            for x, c in zip(pictures, self.canvases, strict=True)
            if c.stream.name in self.layer.streams
        }

    def _optimum(self, place: int, slot: Slot, pictures: list[Tensor]) -> Optimum:
        return Optimum(
            spec=slot.spec,
            dead=False,
            reference=slot.reference,
            activation=self._activation(slot.spec, [x[place : place + 1] for x in pictures]),
            inputs={name: x.detach().cpu().clone() for name, x in self._visible(place, pictures).items()},
            trace=tuple(slot.trace),
            canvas=max(self.canvases[0].height, self.canvases[0].width),
            steps=len(slot.trace),
            seconds=slot.seconds,
            slots=len(self.slots),
            device=str(self.executions.device),
            execution=self.term.execution.kind,
        )

    def _activation(self, spec: VisualizationSpec, pictures: list[Tensor]) -> float:
        """Activation of an unshifted optimum by the whole network in full precision."""
        exact = self.executions.whole(self.model.module, self.layer, causal=self.model.card.causal)
        term = replace(
            self.term,
            execution=exact,
            units=torch.tensor([spec.units], device=self.executions.device),
            reference=torch.ones(1, device=self.executions.device),
        )
        return float(term.activation(pictures))

    def _is_dead(self, spec: VisualizationSpec) -> bool:
        statistics, layer = self.model.statistics, self.layer.path
        if statistics is None or self.model.card.is_class(layer):
            return False
        return spec.unit in statistics.dead(layer)

    def _dead(self, spec: VisualizationSpec) -> Optimum:
        return Optimum(spec, dead=True, reference=float(self.reference[spec.unit]))


def _last(optimum: Optimum) -> float | None:
    return optimum.trace[-1] if optimum.trace else None


def _segments(canvases: Sequence[canvas.Canvas]) -> int:
    """How many parts of the clip are shifted each by itself: the segments that all streams are of."""
    counts = {c.segments for c in canvases}
    return counts.pop() if len(counts) == 1 else 1


def _check(model: Model, specs: Sequence[VisualizationSpec]) -> None:
    if not specs:
        raise ValueError("a batch needs at least one spec")
    for spec in specs:
        model.card.check(spec)
    if len({group(spec) for spec in specs}) > 1:
        raise ValueError("the specs of a batch share model, layer and all parameters but unit, seed and chi")


def group(spec: VisualizationSpec) -> str:
    """What specs must have in common to be optimized together."""
    shared = spec.parameters.model_dump(exclude={"seed", "chi"})
    return repr((spec.fingerprint, spec.layer, sorted(shared.items(), key=str)))


def _reference(model: Model, layer: str) -> Tensor:
    if model.statistics is None:
        return torch.ones(model.card.layer(layer).units)
    return model.statistics.reference(layer, logits=model.card.is_class(layer))
