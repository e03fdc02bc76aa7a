"""What is kept of a clip to look at: small strips in the form of the visualizations' own."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from contract.catalogue import Stream
from contract.findings import SurveyedClip
from contract.result import StreamPicture
from worker import canvas
from worker.analyses.collection import Entry
from worker.probing.looks import seen

FRAMES, SIDE = 16, 112
"""At most so many frames, of so many pixels on the longer side."""


def looked_at(
    streams: Sequence[Stream], entry: Entry, inputs: Sequence[Tensor], *, predicted: int
) -> tuple[SurveyedClip, dict[str, bytes]]:
    """What a network sees of a clip, to look at, and its pictures by file name. predicted: class by number."""
    pictures, media = draw(streams, inputs)
    clip = SurveyedClip(
        id=entry.id,
        name=entry.name,
        label=entry.label,
        predicted=predicted,
        split=entry.split,
        streams=tuple(pictures),
    )
    return clip, media


def draw(streams: Sequence[Stream], inputs: Sequence[Tensor]) -> tuple[list[StreamPicture], dict[str, bytes]]:
    """Pictures of every input of a clip, and their files by name. inputs: (channel, time, height, width) each."""
    pictures, media = [], {}
    for stream, x in zip(streams, inputs, strict=True):
        small, fps = _small(x, stream)
        picture, files = seen(stream, small)
        pictures.append(picture.model_copy(update={"fps": fps}))
        media |= files
    return pictures, media


def _small(x: Tensor, stream: Stream) -> tuple[Tensor, float]:
    """Fewer frames and fewer pixels where there are too many, and the frame rate that is left."""
    frames = x.shape[1]
    count = min(frames, FRAMES)
    places = torch.linspace(0, frames - 1, count).round().long()
    scale = min(1.0, SIDE / max(x.shape[2:]))
    if scale < 1:
        x = canvas.resize(x, round(x.shape[2] * scale), round(x.shape[3] * scale))
    return x[:, places], stream.fps * count / frames
