"""A set of clips to survey: names, labels, and how to read each, at its own speed or another."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from pathlib import Path

import av
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from contract.catalogue import ModelCard, Stream
from worker import canvas, clips
from worker.datasets.footage import Clip, normal_label
from worker.datasets.reader import DataSet
from worker.demo.clips import draw_clip
from worker.demo.sample import Order, draw_sample, orders

Read = Callable[[float], "list[Tensor] | None"]
"""Speed -> one input per stream (channel, time, height, width); None where the clip has no frames for that speed."""


@dataclass(frozen=True)
class Entry:
    """One clip. `parts`: where its named parts are, (height, width) each; known of drawn clips only.

    `write`: the clip as a film file. `own`: its id, where it has one already.
    """

    name: str
    label: int | None
    read: Read
    split: str = ""
    parts: Callable[[], dict[str, NDArray[np.bool_]]] = dict
    write: Callable[[Path], None] | None = None
    own: str = ""

    @property
    def id(self) -> str:
        """A short name of its own, another one with another label: 16 hexadecimal digits."""
        return self.own or hashlib.sha256(f"{self.name}\n{self.label}".encode()).hexdigest()[:16]


def from_set(found: DataSet, card: ModelCard) -> list[Entry]:
    """The clips of a data set that `card` gives inputs for."""
    numbers = {normal_label(name): number for number, name in enumerate(card.classes)}
    return [
        Entry(
            name=found.name_of(clip),
            label=numbers.get(normal_label(clip.label)) if clip.label else None,
            read=partial(_replay, clip, found.motion(clip), card.streams),
            write=partial(_copy, clip),
        )
        for clip in found.clips
    ]


def from_file(path: Path, card: ModelCard) -> Entry:
    """One video, without a class. Raises ClipProblem when it is read."""
    return Entry(name=path.name, label=None, read=partial(_replay, Clip(path, None), clips.estimated, card.streams))


def drawn(count: int, seed: int, *, streams: Sequence[Stream], hard: bool = False) -> list[Entry]:
    """Drawn clips of the demo's classes in turn; other speeds are drawn anew."""
    split = "hard" if hard else "easy"
    return [
        Entry(
            name=f"{split} {order.seed}",
            label=order.label,
            read=partial(_draw, order, tuple(streams)),
            split=split,
            parts=partial(_parts, order),
            write=partial(_film, order, streams[0].fps),
        )
        for order in orders(count, seed, hard=hard)
    ]


def drawn_in_turn(count: int, seed: int, *, streams: Sequence[Stream]) -> list[Entry]:
    """`count` easy and as many hard clips, in turn, so that any beginning of the list has both."""
    easy, hard = (drawn(count, seed + is_hard, streams=streams, hard=is_hard) for is_hard in (False, True))
    return [entry for pair in zip(easy, hard, strict=True) for entry in pair]


def _replay(clip: Clip, motion: clips.Motion, streams: Sequence[Stream], speed: float) -> list[Tensor] | None:
    """A film `speed` times as fast: colour takes other frames, never one twice; flow is scaled."""
    frames, rate = _decode(clip)
    inputs = []
    for stream in streams:
        if stream.kind == "clip":
            if speed != 1 and not _has_frames(len(frames), rate * speed, stream):
                return None
            inputs.append(clips.sample(frames, rate * speed, stream))
        else:
            seen = clips.sample(frames, rate, stream, motion=motion)
            inputs.append((seen * speed).clamp(-127.5, 127.5) if stream.kind == "motion" else seen)
    return inputs


def _has_frames(count: int, rate: float, stream: Stream) -> bool:
    """Whether a film of `count` frames at `rate` has every frame that the stream asks for."""
    step = rate / stream.fps
    return step >= 1 and (stream.frames - 1) * step <= count - 1


@lru_cache(maxsize=2)
def _decode(clip: Clip) -> tuple[clips.Frames, float]:
    return clips.decode(clip.path, clip.start, clip.end)


def _draw(order: Order, streams: Sequence[Stream], speed: float) -> list[Tensor]:
    image, levels = draw_sample(order, speed=speed)
    flow = torch.from_numpy(levels).float().unflatten(0, (-1, 2)).transpose(0, 1)
    grey = canvas.grey_mean(streams[0]).view(3, 1, 1)
    return [(torch.from_numpy(image).float() - grey).unsqueeze(1), flow]


def _copy(clip: Clip, to: Path) -> None:
    if clip.start == 0 and clip.end is None:
        shutil.copyfile(clip.path, to)
    else:
        _write(*clips.decode(clip.path, clip.start, clip.end), to)


def _film(order: Order, fps: float, to: Path) -> None:
    _write(draw_clip(order.label, order.seed, hard=order.hard, freeze_eyes=order.freeze_eyes).frames, fps, to)


def _write(frames: clips.Frames, fps: float, to: Path) -> None:
    """Without loss."""
    with av.open(str(to), "w", format="matroska") as container:
        video = container.add_stream("ffv1", rate=Fraction(fps).limit_denominator(1001))
        video.height, video.width, video.pix_fmt = frames.shape[1], frames.shape[2], "bgr0"
        for frame in frames:
            container.mux(video.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(video.encode())


def _parts(order: Order) -> dict[str, NDArray[np.bool_]]:
    return draw_clip(order.label, order.seed, hard=order.hard, freeze_eyes=order.freeze_eyes).masks
