"""A stretch of a clip as a network's inputs see it: frames at their rate and size, and windows of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from contract.catalogue import Stream
from worker import canvas, flow
from worker.probing import decoding
from worker.probing.decoding import Frames, Wanted

FLOW = "dense inverse search (Kroeger et al., 2016), between adjacent frames as the network takes them"

MOST = 12
"""Windows."""

OVERLAP = 4
"""Windows follow each other by this part of their length, or more where that would be too many."""


@dataclass(frozen=True)
class Track:
    """One input's values over the stretch, (channel, time, height, width) in grey levels about the mean.

    first: when the first of them is, in seconds of the clip; motion is between two frames.
    """

    stream: Stream
    values: Tensor
    first: float

    def window(self, at: float) -> Tensor:
        """As many values as the network takes, about a time. Behind the ends frames stand still: no motion."""
        wanted, count = self.stream.frames, self.values.shape[1]
        middle = (at - self.first) * self.stream.fps - 0.5  # of the time for which a value stands
        places = np.round(middle + np.arange(wanted) - (wanted - 1) / 2 + 1e-6).astype(int)
        shown = self.values[:, np.clip(places, 0, count - 1)]
        if self.stream.kind == "motion":
            outside = torch.from_numpy((places < 0) | (places >= count))
            shown = shown.masked_fill(outside[None, :, None, None], 0.0)
        return shown


@dataclass(frozen=True)
class Timeline:
    """All inputs over a stretch of a clip, from `start` to `end` seconds."""

    tracks: tuple[Track, ...]
    start: float
    end: float

    @property
    def length(self) -> float:
        """Seconds that the network sees at once."""
        return max((t.stream.frames + (t.stream.kind == "motion")) / t.stream.fps for t in self.tracks)

    def window(self, at: float) -> list[Tensor]:
        """One value per input of the network."""
        return [track.window(at) for track in self.tracks]

    def middles(self) -> list[float]:
        """When windows are looked through: one in the middle of a short stretch, else from end to end."""
        room = self.end - self.start - self.length
        if room <= 0:
            return [(self.start + self.end) / 2]
        count = min(MOST, int(np.ceil(room / (self.length / OVERLAP) - 1e-6)) + 1)
        return (self.start + self.length / 2 + np.linspace(0, room, max(count, 2))).tolist()


def read(path: Path, streams: Sequence[Stream], *, start: float, end: float) -> Timeline:
    """Decode a stretch of a clip elsewhere. Raises ClipRefused."""
    wanted = [Wanted(s.fps, s.height, s.width, start, end) for s in streams]
    return Timeline(tuple(_tracks(path, streams, wanted)), start, end)


def about(path: Path, streams: Sequence[Stream], at: float, *, seconds: float) -> list[Tensor]:
    """The window about a time, as the timeline of the whole clip has it, of what lies about that time alone.

    seconds: of the clip. Raises ClipRefused.
    """
    span = max((s.frames + 1) / s.fps for s in streams)  # twice what a window needs
    begin, end = min(at, seconds) - span, min(at + span, seconds)
    wanted = [Wanted(s.fps, s.height, s.width, 0.0, end, skip=max(0, int(begin * s.fps))) for s in streams]
    return [track.window(at) for track in _tracks(path, streams, wanted)]


def _tracks(path: Path, streams: Sequence[Stream], wanted: Sequence[Wanted]) -> list[Track]:
    each = list(dict.fromkeys(wanted))
    takes = dict(zip(each, decoding.decode(path, wanted=each).takes, strict=True))
    starts = [want.start + want.skip / want.fps for want in wanted]
    return [_track(s, takes[want], start) for s, want, start in zip(streams, wanted, starts, strict=True)]


def _track(stream: Stream, frames: Frames, start: float) -> Track:
    if stream.kind == "motion":
        return Track(stream, canvas.from_pixels(torch.from_numpy(_motion(frames)), stream), start + 0.5 / stream.fps)
    return Track(stream, canvas.from_pixels(torch.from_numpy(frames), stream), start)


def _motion(frames: Frames) -> NDArray[np.float32]:
    if len(frames) < 2:
        return np.zeros((1, 2, *frames.shape[1:3]), np.float32)
    return flow.optical_flow(frames)
