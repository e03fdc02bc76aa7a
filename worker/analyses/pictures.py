"""What is kept of a clip to look at: small strips in the form of the visualizations' own."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from contract.catalogue import Stream
from contract.result import StreamPicture
from worker import canvas, render

FRAMES, SIDE = 16, 112
"""At most so many frames, of so many pixels on the longer side."""


def draw(streams: Sequence[Stream], inputs: Sequence[Tensor]) -> tuple[list[StreamPicture], dict[str, bytes]]:
    """Pictures of every input of a clip, and their files by name. inputs: (channel, time, height, width) each."""
    pictures, media = [], {}
    for stream, x in zip(streams, inputs, strict=True):
        small, fps = _small(x, stream)
        picture, files = render.draw(stream, small) if stream.kind == "motion" else _colour(stream, small)
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


def _colour(stream: Stream, x: Tensor) -> tuple[StreamPicture, dict[str, bytes]]:
    """True colours, compressed: a clip is looked at, never computed with again."""
    levels = x + canvas.grey_mean(stream).view(3, 1, 1, 1)
    pixels = levels.round().clamp(0, 255).permute(1, 2, 3, 0).byte().numpy()
    return render.film(stream.name, stream.kind, pixels, stream.fps)
