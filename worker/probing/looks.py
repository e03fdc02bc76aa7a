"""Pictures of a clip: exactly what the network sees, and where in it something is strong."""

from __future__ import annotations

from torch import Tensor, nn

from contract.catalogue import Stream
from contract.result import StreamPicture
from worker import canvas, render

SIDE = 28
"""Cells of a map of places, at most, on each side."""


def seen(stream: Stream, x: Tensor) -> tuple[StreamPicture, dict[str, bytes]]:
    """An input at its own size and with all its frames. x: (channel, t, h, w).

    Colours are true and compressed: a clip is looked at, never computed with again.
    """
    if stream.kind == "motion":
        return render.draw(stream, x)
    levels = x + canvas.grey_mean(stream).view(3, 1, 1, 1)
    pixels = levels.round().clamp(0, 255).permute(1, 2, 3, 0).byte().numpy()
    return render.film(stream.name, stream.kind, pixels, stream.fps)


def grey(name: str, map: Tensor, fps: float) -> tuple[StreamPicture, dict[str, bytes]]:
    """A map (time, height, width) of values >= 0 as grey levels: white is its largest."""
    size = (min(map.shape[1], SIDE), min(map.shape[2], SIDE))
    small = nn.functional.adaptive_avg_pool2d(map[:, None].float(), size)[:, 0]
    levels = (small / small.max().clamp_min(1e-12) * 255).round().byte()
    return render.film(name, "clip", levels[..., None].expand(-1, -1, -1, 3).numpy(), fps, lossless=True)
