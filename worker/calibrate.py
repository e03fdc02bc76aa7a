"""The activation scale of a network: every unit's largest and mean activation over a set of clips, in one pass.

Partial sums are saved as it goes, so that an interrupted pass goes on where it was.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from contract.catalogue import ModelCard
from worker import canvas
from worker.models.model import Statistics
from worker.objectives import as_map

Sample = tuple[str, Sequence[Tensor], int | None]
"""A clip: its name, one input per stream (channel, time, height, width), the number of its class."""


@dataclass
class Tally:
    """Running sums. Per layer: maximum (units,), total (units,), per class totals (classes, units)."""

    classes: int
    maximum: dict[str, Tensor] = field(default_factory=dict)
    total: dict[str, Tensor] = field(default_factory=dict)
    by_class: dict[str, Tensor] = field(default_factory=dict)
    count: int = 0
    per_class: Tensor = field(default_factory=lambda: torch.zeros(0))
    correct: int = 0
    labelled: int = 0
    seen: list[str] = field(default_factory=list)

    def add(self, peaks: dict[str, Tensor], name: str, label: int | None) -> None:
        """Count one clip. peaks: per layer (units,), the clip's largest activations."""
        for layer, peak in peaks.items():
            self.maximum[layer] = torch.maximum(self.maximum.get(layer, peak), peak)
            self.total[layer] = self.total.get(layer, torch.zeros_like(peak)) + peak
            if label is not None:
                rows = self.by_class.setdefault(layer, torch.zeros(self.classes, len(peak)))
                rows[label] += peak
        if label is not None:
            self.per_class = self.per_class if len(self.per_class) else torch.zeros(self.classes)
            self.per_class[label] += 1
        self.count += 1
        self.seen.append(name)

    def statistics(self, source: str) -> Statistics:
        """The finished statistics."""
        share = self.per_class.clamp_min(1)[:, None] if len(self.per_class) else torch.ones(1)
        return Statistics(
            maximum=dict(self.maximum),
            mean={layer: total / self.count for layer, total in self.total.items()},
            class_mean={layer: rows / share for layer, rows in self.by_class.items()},
            source=source,
        )


def run(
    module: nn.Module,
    card: ModelCard,
    samples: Iterable[Sample],
    tally: Tally,
    *,
    checkpoint: Callable[[Tally], None] = lambda _tally: None,
) -> Tally:
    """Pass every sample that `tally` has not seen through the network, one clip at a time.

    `checkpoint` is called after every 10th clip.
    """
    paths = [layer.path for layer in card.layers]
    with torch.inference_mode(), capture(module, paths) as outputs:
        for name, inputs, label in samples:
            tensors = [canvas.to_network(x[None], s) for x, s in zip(inputs, card.streams, strict=True)]
            module(*tensors)
            maps = {
                layer.path: as_map(outputs[layer.path].float(), 1, layer)
                for layer in card.layers
                if layer.path in outputs
            }
            peaks = {path: values.amax((0, 2, 3, 4)) for path, values in maps.items()}
            if label is not None:
                tally.labelled += 1
                tally.correct += card.class_layer in maps and _best(maps[card.class_layer]) == label
            tally.add(peaks, name, label)
            if tally.count % 10 == 0:
                checkpoint(tally)
    return tally


def _best(scores: Tensor) -> int:
    """The class with the largest score, averaged over positions."""
    return int(scores.mean((2, 3, 4)).argmax())


@contextlib.contextmanager
def capture(module: nn.Module, paths: Sequence[str]) -> Iterator[dict[str, Tensor]]:
    """The outputs of the modules at `paths` after each forward pass; nothing stays on the module afterwards."""
    outputs: dict[str, Tensor] = {}

    def keep(path: str) -> Callable[[nn.Module, Any, Tensor], None]:
        return lambda _module, _inputs, output: outputs.__setitem__(path, output)

    handles = [module.get_submodule(path).register_forward_hook(keep(path)) for path in paths]
    try:
        yield outputs
    finally:
        for handle in handles:
            handle.remove()


def save(statistics: Statistics, path: Path) -> None:
    """Write statistics as safetensors, the source in the metadata."""
    tensors = {
        f"{kind}/{layer}": value.contiguous()
        for kind in ("maximum", "mean", "class_mean")
        for layer, value in getattr(statistics, kind).items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    save_file(tensors, part, metadata={"source": statistics.source})
    part.replace(path)


def load(path: Path) -> Statistics | None:
    """Statistics from a file of `save`; None where there is no readable one."""
    try:
        with safe_open(path, framework="pt") as file:
            values: dict[str, dict[str, Tensor]] = {"maximum": {}, "mean": {}, "class_mean": {}}
            for key in file.keys():  # noqa: SIM118 - not a dict
                kind, layer = key.split("/", 1)
                values[kind][layer] = file.get_tensor(key)
            return Statistics(**values, source=(file.metadata() or {}).get("source", ""))
    except (OSError, SafetensorError):
        return None


def save_tally(tally: Tally, path: Path) -> None:
    """Write a tally so that `load_tally` can go on from it."""
    tensors = {
        f"{kind}/{layer}": value.contiguous()
        for kind in ("maximum", "total", "by_class")
        for layer, value in getattr(tally, kind).items()
    }
    counts = {"classes": tally.classes, "count": tally.count, "correct": tally.correct, "labelled": tally.labelled}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".writing")
    metadata = {"counts": json.dumps(counts), "seen": json.dumps(tally.seen)}
    save_file({**tensors, "per_class": tally.per_class}, part, metadata=metadata)
    part.replace(path)


def load_tally(path: Path, *, classes: int) -> Tally:
    """The tally of an interrupted pass, or an empty one."""
    tally = Tally(classes)
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            counts = json.loads(metadata["counts"])
            if counts.pop("classes") != classes:
                return tally
            for key in file.keys():  # noqa: SIM118 - not a dict
                if key == "per_class":
                    tally.per_class = file.get_tensor(key)
                else:
                    kind, layer = key.split("/", 1)
                    getattr(tally, kind)[layer] = file.get_tensor(key)
            tally.seen = json.loads(metadata["seen"])
            tally.count, tally.correct, tally.labelled = (counts[k] for k in ("count", "correct", "labelled"))
            return tally
    except (OSError, SafetensorError, KeyError):
        return Tally(classes)


def noise_samples(card: ModelCard, *, count: int, seed: int = 0) -> Iterator[Sample]:
    """Seeded noise of several smoothness, for networks that were never shown a clip."""
    generator = torch.Generator().manual_seed(seed)
    for index in range(count):
        cells = (2, 4, 8, 16, 32, 64)[index % 6]
        inputs = []
        for stream in card.streams:
            coarse = torch.randn(stream.channels, stream.frames, cells, cells, generator=generator) * 60
            inputs.append(canvas.resize(coarse, stream.height, stream.width).clamp(-127, 127))
        yield f"noise {index}", inputs, None
