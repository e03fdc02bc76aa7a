"""Real clips: finding them with their labels, decoding them, sampling what a model's inputs want.

Knows nothing of networks; a clip leaves this file as one tensor per stream, in grey levels about the mean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
import torch
from av.error import FFmpegError
from numpy.typing import NDArray
from torch import Tensor

from contract.catalogue import Stream
from contract.errors import ClipProblem
from worker import canvas, flow

SUFFIXES = frozenset({".avi", ".mp4", ".mkv", ".webm", ".mov", ".gif", ".m4v", ".mpg", ".mpeg"})
LONGEST = 60.0
"""Seconds that are read of a clip, from its start."""

Frames = NDArray[np.uint8]
"""(time, height, width, 3), RGB."""


@dataclass(frozen=True)
class Clip:
    """A video file and the class it is said to show, if any."""

    path: Path
    label: str | None


def find(folder: Path) -> list[Clip]:
    """All video files below `folder`, sorted by path; labels from UCF101 file names, else from sub-folders.

    Raises ClipProblem where there is none.
    """
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES) if folder.is_dir() else []
    if not paths:
        allowed = ", ".join(sorted(SUFFIXES))
        raise ClipProblem(f"{folder} is not a folder with video files ({allowed}).")
    return [Clip(path, _label(path, folder)) for path in paths]


def normal_label(name: str) -> str:
    """A class name without case, spaces and joins, so that `PlayingCello` and `playing cello` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def read(path: Path, streams: Sequence[Stream]) -> list[Tensor]:
    """One input per stream from the middle of a video, each (channel, time, height, width).

    Raises ClipProblem for a file that cannot be decoded or is too short to have motion.
    """
    frames, rate = decode(path)
    return [sample(frames, rate, stream) for stream in streams]


def decode(path: Path) -> tuple[Frames, float]:
    """All frames of the first LONGEST seconds, and their rate. Raises ClipProblem."""
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            video = container.streams.video[0]
            rate = float(video.average_rate or video.guessed_rate or 25)
            frames = []
            for frame in container.decode(video):
                frames.append(frame.to_ndarray(format="rgb24"))
                if len(frames) >= LONGEST * rate:
                    break
    except (FFmpegError, IndexError, OSError) as reason:
        raise ClipProblem(f"{path.name} cannot be decoded: {reason}") from reason
    if len(frames) < 2:
        raise ClipProblem(f"{path.name} has {len(frames)} frames; at least 2 are needed.")
    return np.stack(frames), rate


def sample(frames: Frames, rate: float, stream: Stream) -> Tensor:
    """What `stream` sees of a video: its frame rate, its number of frames around the middle, its size."""
    wanted = stream.frames + 1 if stream.kind == "motion" else stream.frames
    steps = (np.arange(wanted) - (wanted - 1) / 2) * rate / stream.fps
    places = np.clip(np.round((len(frames) - 1) / 2 + steps), 0, len(frames) - 1).astype(int)
    shown = np.stack([_crop(frames[i], stream.height, stream.width) for i in places])
    if stream.kind == "motion":
        return canvas.from_pixels(torch.from_numpy(flow.optical_flow(shown)), stream)
    return canvas.from_pixels(torch.from_numpy(shown), stream)


def _label(path: Path, root: Path) -> str | None:
    ucf = re.fullmatch(r"v_(\w+?)_g\d+_c\d+", path.stem)
    if ucf:
        return ucf[1]
    return path.parent.name if path.parent != root else None


def _crop(frame: Frames, height: int, width: int) -> Frames:
    """Scale so that the frame covers (height, width), and cut the middle."""
    scale = max(height / frame.shape[0], width / frame.shape[1])
    size = (max(round(frame.shape[1] * scale), width), max(round(frame.shape[0] * scale), height))
    scaled = cv2.resize(frame, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    top, left = (scaled.shape[0] - height) // 2, (scaled.shape[1] - width) // 2
    return scaled[top : top + height, left : left + width].astype(np.uint8)
