"""A model and an engine without torch, in the shape that jobs.py needs. The work is counting."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

from contract.analysis import AnalysisSpec
from contract.catalogue import LayerCard, ModelCard, Stream
from contract.result import Result, StreamPicture
from contract.spec import Parameters, VisualizationRequest, VisualizationSpec, bind
from contract.work import Study

STREAMS = (
    Stream(name="appearance", kind="appearance", frames=1, height=16, width=16),
    Stream(name="motion", kind="motion", frames=10, height=16, width=16),
)


def layer(path: str, *, units: int = 8, kind: str = "conv") -> LayerCard:
    return LayerCard(
        path=path,
        kind=kind,
        units=units,
        frames=1,
        height=4,
        width=4,
        stride=4,
        receptive_field=9,
        receptive_frames=3,
        streams=("appearance", "motion"),
    )


CARD = ModelCard(
    name="tiny",
    title="Tiny",
    fingerprint="0123456789abcdef",
    streams=STREAMS,
    layers=(layer("conv1"), layer("motion.conv3_1", units=64), layer("classes", units=3, kind="class")),
    class_layer="classes",
    classes=("cello", "violin", "drums"),
    dead={"conv1": (5,)},
)


def spec(unit: int = 0, *, layer: str = "conv1", **parameters: Any) -> VisualizationSpec:
    request = VisualizationRequest(model="tiny", layer=layer, unit=unit, parameters=Parameters(**parameters))
    return bind(request, CARD.fingerprint)


def analysis(clips: str = "ucf") -> AnalysisSpec:
    return AnalysisSpec(model="tiny", fingerprint=CARD.fingerprint, what="clips", clips=clips)


@dataclass(frozen=True)
class FakeModel:
    card: ModelCard = CARD


@dataclass(frozen=True)
class FakeStep:
    index: int
    steps: int
    ages: list[int]
    activation: list[float | None]
    finished: dict[int, VisualizationSpec] = field(default_factory=dict)


@dataclass
class FakeEngine:
    """`pause`: seconds per step. `explode`: what to raise at the first step. `batches`: what was computed together.
    `analysed`: one entry per clip, which stay when an analysis is interrupted. `forgotten`: whose steps were.
    `tidied`: how often."""

    pause: float = 0.0
    steps: int = 5
    batch: int = 4
    card_: ModelCard = CARD
    explode: Exception | None = None
    prepares: int = 0
    batches: list[list[str]] = field(default_factory=list)
    analysed: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    tidied: int = 0

    def names(self) -> list[str]:
        return [self.card_.name]

    def card(self, name: str) -> ModelCard:
        return self.card_

    def stamp(self, name: str) -> float:
        return 1.0

    def forget(self, name: str) -> None:
        pass

    def load(self, name: str, progress: Callable[[str, int, int], None]) -> FakeModel:
        for done in range(self.prepares):
            progress("preparing", done, self.prepares)
        return FakeModel(self.card_)

    def optimize(self, model: FakeModel, specs: Sequence[VisualizationSpec]) -> Generator[FakeStep, None, None]:
        self.batches.append([each.id for each in specs])
        for index in range(1, self.steps + 1):
            time.sleep(self.pause)
            if self.explode:
                raise self.explode
            last = index == self.steps
            finished = dict(enumerate(specs)) if last else {}
            yield FakeStep(index, self.steps, [index] * len(specs), [index / self.steps for _ in specs], finished)

    def forget_steps(self, spec: VisualizationSpec) -> None:
        self.forgotten.append(spec.id)

    def preview(self, model: FakeModel, step: FakeStep, member: int) -> bytes:
        return b"preview %d" % step.index

    def finish(
        self, model: FakeModel, spec: VisualizationSpec, optimum: VisualizationSpec
    ) -> tuple[Result, dict[str, bytes]]:
        return result(spec), {"motion.webp": b"strip of " + spec.id.encode(), "motion-poster.webp": b"poster"}

    def analyse(self, model: FakeModel, spec: Study, progress: Callable[[str, int, int], None]) -> None:
        for done in range(len(self.analysed), self.steps):
            progress("clips", done, self.steps)
            time.sleep(self.pause)
            if self.explode:
                raise self.explode
            self.analysed.append(spec.id)
        progress("layers", 1, 1)

    def memory(self) -> tuple[int, int]:
        return 40, 100

    def tidy(self) -> None:
        self.tidied += 1

    def batch_size(self, model: FakeModel, spec: VisualizationSpec) -> int:
        return self.batch


def result(spec: VisualizationSpec) -> Result:
    picture = StreamPicture(
        name="motion",
        kind="motion",
        frames=10,
        height=16,
        width=16,
        fps=25.0,
        strip="motion.webp",
        poster="motion-poster.webp",
        scale=4.0,
        peak=3.0,
    )
    return Result(
        id=spec.id,
        spec=spec,
        dead=False,
        activation=2.0,
        normalized=0.5,
        reference=4.0,
        calibration="",
        receptive_field=9,
        canvas=16,
        steps=spec.parameters.steps,
        seconds=0.1,
        device="cpu",
        streams=(picture,),
    )
