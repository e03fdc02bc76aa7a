"""Labelled clips of a data set as batches: windows of them at several places, sizes and sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from contract.catalogue import Stream
from contract.errors import ClipProblem
from worker import canvas, clips
from worker.datasets.footage import Clip, normal_label
from worker.datasets.reader import DataSet

WINDOWS = 5
"""Places in a clip that are looked at, evenly spaced: few, so that flow is estimated a few times only."""

LARGER = 8 / 7
"""How much larger than the input a window is read, to be cut out of it: 256 of 224, as in the two-stream papers."""

Failed = Callable[[Clip, Exception], None]


@dataclass(frozen=True)
class Labelled:
    """Clips with their classes. threads: how many are decoded at once."""

    found: DataSet
    clips: Sequence[Clip]
    labels: Sequence[int]
    streams: Sequence[Stream]
    seed: int = 0
    threads: int = 2

    def __len__(self) -> int:
        return len(self.clips)

    def prepare(self, failed: Failed) -> Iterator[int]:
        """Read every clip and estimate its flow; numbers of the clips as they are done, those that fail left out."""
        with ThreadPoolExecutor(self.threads) as pool:
            waiting = [pool.submit(self._prepare, clip) for clip in self.clips]
            for row, future in enumerate(waiting):
                try:
                    future.result()
                except ClipProblem as reason:
                    failed(self.clips[row], reason)
                else:
                    yield row

    def only(self, rows: Sequence[int]) -> Labelled:
        """Those clips alone."""
        return replace(self, clips=[self.clips[row] for row in rows], labels=[self.labels[row] for row in rows])

    def batch(self, rows: Tensor, epoch: int) -> tuple[list[Tensor], Tensor]:
        """Network inputs and labels; place, size and side of every window are drawn anew in every epoch."""
        return self._gather(rows, lambda row: self._window(row, np.random.default_rng([self.seed, epoch, row])))

    def middle(self, rows: Tensor) -> tuple[list[Tensor], Tensor]:
        """Network inputs and labels of the middle of every clip."""
        return self._gather(rows, lambda row: self._sample(self.clips[row], self.streams, 0.5))

    def _gather(self, rows: Tensor, read: Callable[[int], list[Tensor]]) -> tuple[list[Tensor], Tensor]:
        numbers = rows.tolist()
        with ThreadPoolExecutor(self.threads) as pool:
            samples = list(pool.map(read, numbers))
        inputs = [
            canvas.to_network(torch.stack(tensors), stream)
            for tensors, stream in zip(zip(*samples, strict=True), self.streams, strict=True)
        ]
        return inputs, torch.tensor([self.labels[row] for row in numbers])

    def _window(self, row: int, random: np.random.Generator) -> list[Tensor]:
        place = (int(random.integers(WINDOWS)) + 0.5) / WINDOWS
        share, top, left = random.uniform(1 / LARGER, 1), random.random(), random.random()
        mirrored = random.random() < 0.5
        large = self._sample(self.clips[row], self._large(), place)
        return [_cut(x, s, share, top, left, mirrored) for x, s in zip(large, self.streams, strict=True)]

    def _large(self) -> list[Stream]:
        return [
            s.model_copy(update={"height": round(s.height * LARGER), "width": round(s.width * LARGER)})
            for s in self.streams
        ]

    def _sample(self, clip: Clip, streams: Sequence[Stream], middle: float) -> list[Tensor]:
        frames, rate = clips.decode(clip.path, clip.start, clip.end)
        motion = self.found.motion(clip)
        return [clips.sample(frames, rate, stream, motion=motion, middle=middle) for stream in streams]

    def _prepare(self, clip: Clip) -> None:
        for window in range(WINDOWS):
            self._sample(clip, self._large(), (window + 0.5) / WINDOWS)
        self._sample(clip, self.streams, 0.5)


def classes_of(found: Sequence[Clip], known: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """Names of the classes of clips, and whether they are all `known` ones, which are then named as there.

    Raises ClipProblem where there are fewer than two.
    """
    labels = sorted({clip.label for clip in found if clip.label})
    if {normal_label(name) for name in labels} == {normal_label(name) for name in known}:
        return tuple(known), True
    if len(labels) < 2:
        raise ClipProblem(f"Clips of {len(labels)} classes ({', '.join(labels)}) teach nothing: give labelled clips.")
    return tuple(labels), False


def numbered(found: Sequence[Clip], classes: Sequence[str]) -> tuple[list[Clip], list[int]]:
    """The clips of one of the classes, and the numbers of these."""
    numbers = {normal_label(name): number for number, name in enumerate(classes)}
    kept = [clip for clip in found if clip.label and normal_label(clip.label) in numbers]
    return kept, [numbers[normal_label(clip.label or "")] for clip in kept]


def _cut(x: Tensor, stream: Stream, share: float, top: float, left: float, mirrored: bool) -> Tensor:
    """A part of a window at the input's size; motion grows with the picture, and turns with it."""
    height, width = (round(share * side) for side in x.shape[2:])
    down, right = (round(part * (side - kept)) for part, side, kept in zip(
        (top, left), x.shape[2:], (height, width), strict=True
    ))  # fmt: skip
    part = canvas.resize(x[:, :, down : down + height, right : right + width], stream.height, stream.width)
    part = part.flip(3) if mirrored else part
    if stream.kind != "motion":
        return part
    turned = torch.tensor([-1.0 if mirrored else 1.0, 1.0]).view(2, 1, 1, 1)
    return (part * turned * (stream.height / height)).clamp(-127.5, 127.5)
