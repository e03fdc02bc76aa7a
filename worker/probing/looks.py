"""Pictures of a probe: exactly what the network sees, and where in it something is strong."""

from __future__ import annotations

import numpy as np
from torch import Tensor, nn

from contract.catalogue import Stream
from contract.result import StreamPicture
from worker import canvas, render

WIDEST = 16383
"""Pixels that a WebP is wide at most."""

SIDE = 28
"""Cells of a map of places, at most, on each side."""


def seen(stream: Stream, x: Tensor) -> tuple[StreamPicture, dict[str, bytes]]:
    """An input at its own size and with all its frames, as far as one strip holds them. x: (channel, t, h, w)."""
    if x.shape[1] * x.shape[3] > WIDEST:
        side = WIDEST // x.shape[1]
        x = canvas.resize(x, max(round(x.shape[2] * side / x.shape[3]), 1), side)
    if stream.kind == "motion":
        return render.draw(stream, x)
    levels = x + canvas.grey_mean(stream).view(3, 1, 1, 1)
    pixels = levels.round().clamp(0, 255).permute(1, 2, 3, 0).byte().numpy()
    return _strip(stream.name, stream.kind, pixels, stream.fps, lossless=False)


def grey(name: str, map: Tensor, fps: float) -> tuple[StreamPicture, dict[str, bytes]]:
    """A map (time, height, width) of values >= 0 as grey levels: white is its largest."""
    size = (min(map.shape[1], SIDE), min(map.shape[2], SIDE))
    small = nn.functional.adaptive_avg_pool2d(map[:, None].float(), size)[:, 0]
    levels = (small / small.max().clamp_min(1e-12) * 255).round().byte()
    return _strip(name, "clip", levels[..., None].expand(-1, -1, -1, 3).numpy(), fps, lossless=True)


def _strip(
    name: str, kind: str, pixels: np.ndarray, fps: float, *, lossless: bool
) -> tuple[StreamPicture, dict[str, bytes]]:
    strip, poster = f"{name}.webp", f"{name}-poster.webp"
    picture = StreamPicture.model_validate(
        {
            "name": name,
            "kind": kind,
            "frames": len(pixels),
            "height": pixels.shape[1],
            "width": pixels.shape[2],
            "fps": fps,
            "strip": strip,
            "poster": poster,
            "low": 0.0,
            "high": 255.0,
        }
    )
    beside = np.concatenate(list(pixels), axis=1)
    middle = pixels[len(pixels) // 2]
    files = {strip: render.webp(beside, lossless=lossless), poster: render.webp(middle, lossless=lossless)}
    return picture, files
