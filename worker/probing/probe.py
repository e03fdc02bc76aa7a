"""What a network makes of a stretch of a clip: class probabilities over time, and one window looked at closely."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from contract.catalogue import ModelCard
from contract.clip import Clips
from contract.probe import Probe, ProbedLayer, ProbedUnit, ProbeSpec, Window, file_of
from contract.result import StreamPicture
from contract.units import by_layer
from worker.analyses.survey import run
from worker.models.model import Model
from worker.objectives import as_map
from worker.probing import timeline
from worker.probing.looks import grey, seen
from worker.silence import silenced

CLASSES = 5
"""Classes that are listed."""

UNITS = 6
"""Units of a layer that are listed."""

Progress = Callable[[str, int, int], None]


def probe(model: Model, spec: ProbeSpec, clips: Clips, *, progress: Progress) -> None:
    """Keep what is found beside the clip. Raises ClipGone, ClipRefused."""
    began = time.monotonic()
    progress("decoding", 0, 0)
    line = timeline.read(clips.original(spec.clip), model.card.streams, start=spec.start, end=spec.end)
    ablated = by_layer(spec.ablate)
    with silenced(model.module, model.card, ablated):
        runs = _through(model, line, progress, "windows")
    intact = _through(model, line, progress, "windows, all units at work") if spec.ablate else runs
    listed = _listed([each.probabilities for each in (*runs, *intact)])
    surest = max(runs, key=lambda each: float(each.probabilities[listed[0]])).at
    progress("one window", 0, 0)
    at = surest if spec.at is None else spec.at
    with silenced(model.module, model.card, ablated):
        close = _closely(model, line.window(at), label=listed[0])
    pictures = _Pictures(spec.id)
    streams = [pictures.keep(*seen(s, x)) for s, x in zip(model.card.streams, close.inputs, strict=True)]
    found = Probe(
        spec=spec,
        at=round(at, 3),
        length=round(line.length, 3),
        classes=listed,
        windows=tuple(
            Window(at=round(one.at, 3), probabilities=_of(one, listed), intact=_of(other, listed))
            for one, other in zip(runs, intact, strict=True)
        ),
        output=model.card.output,
        streams=tuple(streams),
        flow=timeline.FLOW if any(stream.kind == "motion" for stream in model.card.streams) else "",
        saliency=tuple(
            pictures.keep(*grey(f"saliency-{s.name}", map, s.fps))
            for s, map in zip(model.card.streams, close.saliency, strict=True)
        ),
        layers=tuple(_layers(model, close, runs, pictures)),
        seconds=round(time.monotonic() - began, 2),
    )
    clips.put(spec.clip, file_of(spec), found, pictures.files)


@dataclass(frozen=True)
class Run:
    """One window: probabilities (classes,), and per layer the largest activation of every unit, (units,)."""

    at: float
    probabilities: Tensor
    peaks: dict[str, Tensor]


@dataclass(frozen=True)
class Close:
    """A window looked at closely: maps (units, time, height, width) by layer; saliency (time, height, width)."""

    inputs: Sequence[Tensor]
    maps: dict[str, Tensor]
    saliency: Sequence[Tensor]


class _Pictures:
    """Media of one probe, by file names that no other probe of the clip has."""

    def __init__(self, identity: str) -> None:
        self.identity, self.files = identity, {}

    def keep(self, picture: StreamPicture, files: dict[str, bytes]) -> StreamPicture:
        self.files |= {self._own(name): data for name, data in files.items()}
        return picture.model_copy(update={"strip": self._own(picture.strip), "poster": self._own(picture.poster)})

    def _own(self, name: str) -> str:
        return f"{self.identity}-{name}"


def _through(model: Model, line: timeline.Timeline, progress: Progress, phase: str) -> list[Run]:
    runs, middles = [], line.middles()
    for index, at in enumerate(middles):
        progress(phase, index, len(middles))
        with torch.no_grad():
            scores, outputs = run(model.module, model.card, line.window(at))
        maps = {path: as_map(output.float(), 1, model.card.layer(path)) for path, output in outputs.items()}
        peaks = {path: map.amax((0, 2, 3, 4)) for path, map in maps.items()}
        runs.append(Run(at, probabilities(scores, model.card.output), peaks))
    return runs


def probabilities(scores: Tensor, output: Literal["softmax", "sigmoid"]) -> Tensor:
    """Of the classes, (classes,), from their logits."""
    return scores.softmax(0) if output == "softmax" else scores.sigmoid()


def _closely(model: Model, inputs: Sequence[Tensor], *, label: int) -> Close:
    leaves = [x.clone().requires_grad_() for x in inputs]
    scores, outputs = run(model.module, model.card, leaves)
    slopes = torch.autograd.grad(scores[label], leaves, allow_unused=True, materialize_grads=True)
    maps = {path: as_map(out.detach().float(), 1, model.card.layer(path))[0] for path, out in outputs.items()}
    saliency = [(x.detach() * slope).abs().sum(0) for x, slope in zip(leaves, slopes, strict=True)]
    return Close(inputs, maps, saliency)


def _listed(found: Sequence[Tensor]) -> tuple[int, ...]:
    """The classes that are most probable in the mean over windows, the most probable first."""
    mean = torch.stack(list(found)).mean(0)
    return tuple(mean.topk(min(CLASSES, len(mean))).indices.tolist())


def _of(one: Run, classes: Sequence[int]) -> tuple[float, ...]:
    return tuple(round(float(one.probabilities[label]), 5) for label in classes)


def shown(card: ModelCard) -> list[str]:
    """Layers whose units are listed: the recommended ones, the last before the classes, and the classes."""
    wanted = {card.last_hidden, card.class_layer}
    return [layer.path for layer in card.layers if layer.recommended or layer.path in wanted]


def _layers(model: Model, close: Close, runs: Sequence[Run], pictures: _Pictures) -> list[ProbedLayer]:
    found = []
    for path in shown(model.card):
        if path in close.maps:
            units = _strongest(model, path, close.maps[path], [each.peaks[path] for each in runs], pictures)
            found.append(ProbedLayer(path=path, frames=close.maps[path].shape[1], units=tuple(units)))
    return found


def _strongest(model: Model, path: str, map: Tensor, peaks: Sequence[Tensor], pictures: _Pictures) -> list[ProbedUnit]:
    """map: (units, time, height, width)."""
    peak, scale = map.amax((1, 2, 3)), _reference(model, path)
    order = peak if scale is None or model.card.is_class(path) else peak / scale
    units = order.topk(min(UNITS, len(order))).indices.tolist()
    course = torch.stack(list(peaks), 1)
    fps = model.card.streams[0].fps
    return [
        ProbedUnit(
            unit=unit,
            activation=round(float(peak[unit]), 4),
            normalized=None if scale is None else round(float(peak[unit] / scale[unit]), 4),
            trace=_figures(map[unit].amax((1, 2))),
            course=_figures(course[unit]),
            tube=None
            if map.shape[2:].numel() == 1
            else pictures.keep(*grey(f"tube-{path}-{unit}", map[unit].clamp_min(0), fps)),
        )
        for unit in units
    ]


def _reference(model: Model, path: str) -> Tensor | None:
    if model.statistics is None or path not in model.statistics.maximum:
        return None
    return model.statistics.reference(path, logits=model.card.is_class(path))


def _figures(values: Tensor) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in values)
