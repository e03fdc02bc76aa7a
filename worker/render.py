"""From an optimum to pictures: lossless strips that keep the data, small posters and previews that show it.

Motion is stored as data (u, v), not as colour: the viewer chooses the colouring, and pictures stay comparable.
"""

from __future__ import annotations

import io
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from contract import strip
from contract.catalogue import Stream
from contract.result import Result, StreamPicture
from contract.spec import VisualizationSpec
from worker.models.model import Model
from worker.optimum import Optimum, Step

POSTER = 160
"""Longest side of posters and previews, in pixels."""

TRACE = 200
"""Values kept of an activation trace."""

Pixels = NDArray[np.uint8]
Media = dict[str, bytes]
"""Files by name."""

Kind = Literal["appearance", "motion", "clip"]


def finish(model: Model, spec: VisualizationSpec, optimum: Optimum) -> tuple[Result, dict[str, bytes]]:
    """The result of an optimum and its media, by file name. A dead unit has no media."""
    pictures, media = [], {}
    for stream in model.card.streams:
        if stream.name in optimum.inputs:
            picture, files = draw(stream, optimum.inputs[stream.name])
            pictures.append(picture)
            media |= files
    layer = model.card.layer(spec.layer)
    result = Result(
        id=spec.id,
        spec=spec,
        dead=optimum.dead,
        activation=optimum.activation,
        normalized=None if optimum.activation is None else optimum.activation / optimum.reference,
        reference=optimum.reference,
        calibration=model.statistics.source if model.statistics else "",
        receptive_field=layer.receptive_field,
        canvas=optimum.canvas,
        steps=optimum.steps,
        seconds=optimum.seconds,
        slots=optimum.slots,
        device=optimum.device,
        execution=optimum.execution,
        trace=thin(optimum.trace),
        streams=tuple(pictures),
    )
    return result, media


def draw(stream: Stream, x: Tensor) -> tuple[StreamPicture, Media]:
    """The stored form of one input. x: (channel, time, height, width), grey levels about the mean."""
    encode = _motion if stream.kind == "motion" else _colour
    frames, poster, facts = encode(stream, _frames(x))
    strip_name, poster_name = f"{stream.name}.webp", f"{stream.name}-poster.webp"
    picture = StreamPicture(
        name=stream.name,
        kind=stream.kind,
        frames=len(frames),
        height=frames.shape[1],
        width=frames.shape[2],
        fps=stream.fps,
        strip=strip_name,
        poster=poster_name,
        **facts,
    )
    return picture, {strip_name: webp(strip.lay(frames), lossless=True), poster_name: webp(_small(poster))}


def film(name: str, kind: Kind, pixels: Pixels, fps: float, *, lossless: bool = False) -> tuple[StreamPicture, Media]:
    """The stored form of frames (frame, height, width, 3) that are looked at, never computed with again."""
    strip_name, poster_name = f"{name}.webp", f"{name}-poster.webp"
    picture = StreamPicture(
        name=name,
        kind=kind,
        frames=len(pixels),
        height=pixels.shape[1],
        width=pixels.shape[2],
        fps=fps,
        strip=strip_name,
        poster=poster_name,
        low=0.0,
        high=255.0,
    )
    middle = pixels[len(pixels) // 2]
    return picture, {
        strip_name: webp(strip.lay(pixels), lossless=lossless),
        poster_name: webp(middle, lossless=lossless),
    }


def restore(picture: StreamPicture, stored: bytes, *, levels_per_px: float) -> NDArray[np.float32]:
    """The stored 8-bit picture as grey levels about the mean, (channel, time, height, width)."""
    pixels = np.asarray(Image.open(io.BytesIO(stored)).convert("RGB"))
    frames = strip.part(pixels, frames=picture.frames, width=picture.width).astype(np.float32)
    if picture.scale is not None:
        levels = (frames[..., :2] - 128) / 127 * picture.scale * levels_per_px
    else:
        assert picture.low is not None
        assert picture.high is not None
        levels = picture.low + frames / 255 * (picture.high - picture.low)
    return levels.transpose(3, 0, 1, 2).astype(np.float32)


def preview(step: Step, member: int, *, streams: tuple[Stream, ...]) -> bytes:
    """A small WebP of a running optimization: the middle frame of each input, side by side. Empty for dead units."""
    inputs = step.inputs[member]
    tiles = []
    for stream in streams:
        if stream.name in inputs:
            encode = _motion if stream.kind == "motion" else _colour
            tiles.append(_small(encode(stream, _frames(inputs[stream.name].cpu()))[1]))
    return webp(_beside(tiles)) if tiles else b""


def motion_colour(u: NDArray[np.float32], v: NDArray[np.float32], *, scale: float) -> Pixels:
    """The authors' colouring: RGB = (u, v, magnitude) on mid-grey, one gain for all three."""
    channels = np.stack([u, v, np.hypot(u, v)], axis=-1) / max(scale, 1e-6)
    return (128 + 127 * channels).clip(0, 255).round().astype(np.uint8)


def webp(pixels: Pixels, *, lossless: bool = False) -> bytes:
    """Encode (height, width, 3)."""
    buffer = io.BytesIO()
    quality = {"lossless": True, "quality": 30, "method": 2, "exact": True} if lossless else {"quality": 88}
    Image.fromarray(pixels).save(buffer, "WEBP", **quality)
    return buffer.getvalue()


def thin(trace: tuple[float, ...]) -> tuple[float, ...]:
    """At most TRACE evenly spaced values of a trace, first and last kept."""
    if len(trace) <= TRACE:
        return trace
    places = np.linspace(0, len(trace) - 1, TRACE).round().astype(int)
    return tuple(trace[i] for i in places)


def _frames(x: Tensor) -> NDArray[np.float32]:
    return x.permute(1, 2, 3, 0).float().numpy()


def _colour(_stream: Stream, frames: NDArray[np.float32]) -> tuple[Pixels, Pixels, dict[str, float]]:
    """One min-max stretch for the whole clip. Returns frames, poster, facts."""
    low, high = float(frames.min()), float(frames.max())
    stretched = (frames - low) / max(high - low, 1e-6) * 255
    pixels = stretched.round().astype(np.uint8)
    return pixels, pixels[len(pixels) // 2], {"low": low, "high": high}


def _motion(stream: Stream, frames: NDArray[np.float32]) -> tuple[Pixels, Pixels, dict[str, float]]:
    """Displacement in 8 bits, red u and green v, with one scale for the whole clip."""
    px = frames / stream.levels_per_px
    scale = max(float(np.abs(px).max()), 1e-3)
    pixels = np.full((*px.shape[:3], 3), 128, np.uint8)
    pixels[..., :2] = (128 + 127 * px / scale).round().astype(np.uint8)
    peak = float(np.hypot(px[..., 0], px[..., 1]).max())
    middle = px[len(px) // 2]
    poster = motion_colour(middle[..., 0], middle[..., 1], scale=peak)
    return pixels, poster, {"scale": scale, "peak": peak}


def _small(pixels: Pixels) -> Pixels:
    image = Image.fromarray(pixels)
    image.thumbnail((POSTER, POSTER), Image.Resampling.LANCZOS)
    return np.asarray(image)


def _beside(tiles: list[Pixels]) -> Pixels:
    height = max(tile.shape[0] for tile in tiles)
    padded = [np.pad(t, ((0, height - t.shape[0]), (0, 0), (0, 0)), constant_values=128) for t in tiles]
    return np.concatenate(padded, axis=1)
