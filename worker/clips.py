"""Real clips: decoding them, sampling what a model's inputs want.

Knows nothing of networks; a clip leaves this file as one tensor per stream, in grey levels about the mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import torch
from av.error import FFmpegError
from numpy.typing import NDArray
from torch import Tensor

from contract.catalogue import Stream
from contract.errors import ClipProblem
from worker import canvas, flow
from worker.framing import fit

LONGEST = 60.0
"""Seconds that are read of a clip, from its start."""

Frames = NDArray[np.uint8]
"""(time, height, width, 3), RGB."""


Motion = Callable[[Frames, NDArray[np.intp], int, int], NDArray[np.float32]]
"""Frames of a clip, the places of those that are seen, height, width -> the motion between these, cut to that size:
(places - 1, 2, height, width) in pixels."""


def estimated(frames: Frames, places: NDArray[np.intp], height: int, width: int) -> NDArray[np.float32]:
    """Motion as the demo's is estimated."""
    return flow.optical_flow(np.stack([fit(frames[i], height, width) for i in places]))


def read(path: Path, streams: Sequence[Stream]) -> list[Tensor]:
    """One input per stream from the middle of a video, each (channel, time, height, width).

    Raises ClipProblem for a file that cannot be decoded or is too short to have motion.
    """
    frames, rate = decode(path)
    return [sample(frames, rate, stream) for stream in streams]


def decode(path: Path, start: float = 0.0, end: float | None = None) -> tuple[Frames, float]:
    """All frames of a video from `start` to `end` seconds, at most LONGEST of them, and their rate.

    Raises ClipProblem.
    """
    last = start + LONGEST if end is None else min(end, start + LONGEST)
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            video = container.streams.video[0]
            rate = float(video.average_rate or video.guessed_rate or 25)
            frames = list(_between(container, video, start, last, rate))
    except (FFmpegError, IndexError, OSError) as reason:
        raise ClipProblem(f"{path.name} cannot be decoded: {reason}") from reason
    if len(frames) < 2:
        part = f" from {start:g} to {last:g} s" if start or end is not None else ""
        raise ClipProblem(f"{path.name} has {len(frames)} frames{part}; at least 2 are needed.")
    return np.stack(frames), rate


def sample(frames: Frames, rate: float, stream: Stream, *, motion: Motion = estimated, middle: float = 0.5) -> Tensor:
    """What `stream` sees of a video: its frame rate, its number of frames, its size.

    middle: where the middle of what is seen lies, as a share of the video; of its segments, of the part of each.
    """
    if stream.segments > 1:
        return _sample_segments(frames, rate, stream, motion, middle)
    wanted = stream.frames + 1 if stream.kind == "motion" else stream.frames
    steps = (np.arange(wanted) - (wanted - 1) / 2) * rate / stream.fps
    places = np.floor((len(frames) - 1) * middle + steps + 0.5)  # np.round takes halves to even: 0, 2, 2, 4, 4, ...
    places = np.clip(places, 0, len(frames) - 1).astype(int)
    if stream.kind == "motion":
        return canvas.from_pixels(torch.from_numpy(motion(frames, places, stream.height, stream.width)), stream)
    shown = np.stack([fit(frames[i], stream.height, stream.width) for i in places])
    return canvas.from_pixels(torch.from_numpy(shown), stream)


def _sample_segments(frames: Frames, rate: float, stream: Stream, motion: Motion, middle: float) -> Tensor:
    """A snippet of every one of as many equal parts of the video (Wang et al., ECCV 2016)."""
    count = stream.segments
    snippet = stream.model_copy(update={"frames": stream.frames // count, "segments": 1})
    middles = [(part + middle) / count for part in range(count)]
    return torch.cat([sample(frames, rate, snippet, motion=motion, middle=each) for each in middles], 1)


def _between(container: Any, video: Any, start: float, end: float, rate: float) -> Iterator[Frames]:
    """The frames of a time, without decoding what lies long before it."""
    if start:
        container.seek(int(start / video.time_base), stream=video)
    first = float(video.start_time or 0) * float(video.time_base or 0)
    for number, frame in enumerate(container.decode(video)):
        time = number / rate if not start or frame.time is None else frame.time - first
        if time >= end - 0.5 / rate:
            break
        if time >= start - 0.5 / rate:
            yield frame.to_ndarray(format="rgb24")
