"""Frames as files that other programs open. A loop shows each frame as long as the page does."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, get_args

import numpy as np
from PIL import Image

from backend.exports.clip import Clip
from backend.exports.colouring import Pixels
from contract.result import Result

FRAME_MS = 150
"""How long a frame is shown (docs/method.md: the pace of the published loops)."""

LOOPS = 6
"""A video player does not loop by itself: so many rounds are written."""

Format = Literal["png", "webp", "avif", "gif", "mp4"]
FORMATS = get_args(Format)
TYPES = {
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "npz": "application/octet-stream",
    "pdf": "application/pdf",
    "svg": "image/svg+xml",
}


def encode(frames: Sequence[Pixels], kind: Format) -> bytes:
    """Frames (height, width, 3) as one file; PNG holds them side by side, the others loop."""
    return ENCODERS[kind](frames)


def npz(result: Result, clips: Mapping[str, Clip]) -> bytes:
    """Numbers of a result for NumPy: per input its array, and the request as JSON under `request`.

    Motion is float32 (frames, height, width, 2) in pixels per frame, (u, v); colour is uint8 (frames, height, width, 3)
    with `<name>_range`, the grey levels about the mean that 0 and 255 stand for.
    """
    arrays: dict[str, Any] = {"request": np.array(json.dumps(result.spec.model_dump(mode="json")))}
    arrays["trace"] = np.array(result.trace, np.float32)
    for name, clip in clips.items():
        arrays[name] = clip.motion if clip.moves else clip.pixels
        if not clip.moves:
            arrays[f"{name}_range"] = np.array([clip.picture.low or 0.0, clip.picture.high or 0.0], np.float32)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def _png(frames: Sequence[Pixels]) -> bytes:
    return _save([np.concatenate(list(frames), axis=1)], "PNG", optimize=True)


def _webp(frames: Sequence[Pixels]) -> bytes:
    return _save(frames, "WEBP", lossless=True, quality=30, method=2)


def _avif(frames: Sequence[Pixels]) -> bytes:
    return _save(frames, "AVIF", quality=85, subsampling="4:4:4", speed=8)


def _gif(frames: Sequence[Pixels]) -> bytes:
    """One palette for the whole loop, so that still parts do not flicker."""
    whole = Image.fromarray(np.concatenate(list(frames), axis=1))
    palette = whole.quantize(256, method=Image.Quantize.MEDIANCUT)
    drawn = [Image.fromarray(frame).quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG) for frame in frames]
    buffer = io.BytesIO()
    drawn[0].save(buffer, "GIF", save_all=True, append_images=drawn[1:], duration=FRAME_MS, loop=0)
    return buffer.getvalue()


def _mp4(frames: Sequence[Pixels]) -> bytes:
    """H.264 that every player opens. Pixels are doubled first: its colours have half the resolution."""
    import av  # only here: the rest of the server does without

    buffer = io.BytesIO()
    height, width = (2 * side for side in frames[0].shape[:2])
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(1000, FRAME_MS))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": "16", "preset": "medium"}
        for frame in list(frames) * (LOOPS if len(frames) > 1 else 1):
            picture = Image.fromarray(frame).resize((width, height), Image.Resampling.BICUBIC)
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode())
    return buffer.getvalue()


def _save(frames: Sequence[Pixels], kind: str, **options: Any) -> bytes:
    images = [Image.fromarray(frame) for frame in frames]
    loop = {"save_all": True, "append_images": images[1:], "duration": FRAME_MS, "loop": 0} if len(images) > 1 else {}
    buffer = io.BytesIO()
    images[0].save(buffer, kind, **options, **loop)
    return buffer.getvalue()


ENCODERS: dict[str, Callable[[Sequence[Pixels]], bytes]] = {
    "png": _png,
    "webp": _webp,
    "avif": _avif,
    "gif": _gif,
    "mp4": _mp4,
}
