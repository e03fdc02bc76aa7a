"""Drawn stand-ins for optima, so that the front end can be tried without a network: blobs that move."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from contract.spec import VisualizationSpec

FRAMES = 10
SIDE = 112


def optimum(spec: VisualizationSpec, file: str) -> bytes:
    """A picture of a visualization by its file name."""
    slow, poster = spec.parameters.chi > 1, "poster" in file
    unit = spec.unit + 7 * sum(map(ord, spec.layer)) + spec.parameters.seed
    if file.startswith("motion") and poster:
        return motion_poster(unit, side=SIDE, slow=slow, peak=3.9)
    if file.startswith("motion"):
        return motion(unit, side=SIDE, slow=slow, scale=4.0)
    frames = 8 if file.startswith("clip") and not poster and not spec.parameters.still else 1
    return colour(unit, side=SIDE, frames=frames, turn=0.2 if slow else 1.4)


def motion(unit: int, *, side: int, slow: bool, scale: float) -> bytes:
    """A strip of (u, v) data: a swirl and a stream on a centred blob; fast ones turn round within the clip."""
    tiles = []
    for t in range(FRAMES):
        u, v = _field(unit, side, 0.08 * t if slow else 0.9 * t)
        tile = np.full((side, side, 3), 128, np.uint8)
        tile[..., 0] = (128 + 127 * u / scale).clip(1, 255).round()
        tile[..., 1] = (128 + 127 * v / scale).clip(1, 255).round()
        tiles.append(tile)
    return _webp(np.concatenate(tiles, axis=1), lossless=True)


def motion_poster(unit: int, *, side: int, slow: bool, peak: float) -> bytes:
    """The middle frame as (u, v, magnitude) at its own peak."""
    u, v = _field(unit, side, 0.4 if slow else 4.5)
    picture = np.stack([u, v, np.hypot(u, v)], axis=-1) / peak
    return _webp((128 + 127 * picture).clip(0, 255).astype(np.uint8))


def colour(unit: int, *, side: int, frames: int = 1, turn: float = 0.0) -> bytes:
    """A strip of coloured, oriented texture that fades to grey."""
    return _webp(np.concatenate([_texture(unit, side, turn * t) for t in range(frames)], axis=1), lossless=True)


def preview(side: int = 96) -> bytes:
    """A noisy start."""
    noise = np.random.default_rng(1).normal(128, 25, (side, side * 2, 3))
    return _webp(noise.clip(0, 255).astype(np.uint8))


def _blob(unit: int, side: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    y, x = np.mgrid[0:side, 0:side] / side - 0.5
    wobble = 1 + 0.25 * np.sin(np.arctan2(y, x) * (2 + unit % 4) + unit)
    return x, y, np.exp(-(x**2 + y**2) / (2 * (0.16 * wobble) ** 2))


def _field(unit: int, side: int, angle: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y, mask = _blob(unit, side)
    heading = unit * 2.4 + angle
    swirl = (unit % 3 - 1) * 9
    u = mask * (2.2 * np.cos(heading) - swirl * y + 0.8 * np.sin(24 * x + unit))
    v = mask * (2.2 * np.sin(heading) + swirl * x + 0.8 * np.cos(24 * y + unit))
    return u, v


@lru_cache(maxsize=256)
def _texture(unit: int, side: int, shift: float) -> NDArray[np.uint8]:
    x, y, mask = _blob(unit, side)
    rng = np.random.default_rng(unit)
    waves = np.zeros((side, side, 3))
    for _ in range(7):
        kx, ky, phase = rng.normal(0, 30), rng.normal(0, 30), rng.uniform(0, 6.3)
        waves += np.sin(kx * x + ky * y + phase + shift)[..., None] * rng.normal(0, 28, 3)
    return (128 + mask[..., None] * waves).clip(0, 255).astype(np.uint8)


def _webp(pixels: NDArray[np.uint8], *, lossless: bool = False) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "WEBP", lossless=lossless, quality=30 if lossless else 88, method=0)
    return buffer.getvalue()
