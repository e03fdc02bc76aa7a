"""A result of two inputs with known numbers, and its strips."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from backend.exports.clip import Clip, read
from backend.exports.run import Run
from contract.result import Result, StreamPicture
from tests.fakes import spec

SIDE, FRAMES, SCALE = 16, 10, 4.0
CLIP_FRAMES = 16


def strip(tiles: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.concatenate(list(tiles), axis=1)).save(buffer, "WEBP", lossless=True, exact=True)
    return buffer.getvalue()


def motion_tiles() -> np.ndarray:
    tiles = np.full((FRAMES, SIDE, SIDE, 3), 128, np.uint8)
    tiles[..., 0] = 255  # u = SCALE everywhere
    tiles[:, 8:, :, 1] = 1  # v = -SCALE in the lower half
    return tiles


def look_tiles() -> np.ndarray:
    return np.arange(SIDE * SIDE * 3, dtype=np.uint8).reshape(1, SIDE, SIDE, 3)


MOTION = StreamPicture(
    name="motion", kind="motion", frames=FRAMES, height=SIDE, width=SIDE, fps=25.0, strip="motion.webp",
    poster="motion-poster.webp", scale=SCALE, peak=SCALE * 2**0.5,
)  # fmt: skip
LOOK = StreamPicture(
    name="appearance", kind="appearance", frames=1, height=SIDE, width=SIDE, fps=25.0, strip="appearance.webp",
    poster="appearance-poster.webp", low=-90.0, high=110.0,
)  # fmt: skip
MEDIA = {"motion.webp": strip(motion_tiles()), "appearance.webp": strip(look_tiles())}


def result(unit: int = 1, *, layer: str = "conv1", **parameters: float) -> Result:
    asked = spec(unit, layer=layer, **parameters)
    return Result(
        id=asked.id, spec=asked, dead=False, activation=3.0, normalized=1.5, reference=2.0, calibration="",
        receptive_field=9, canvas=SIDE, steps=5, seconds=0.1, device="cpu", trace=(0.5, 1.5), streams=(LOOK, MOTION),
    )  # fmt: skip


@pytest.fixture
def motion() -> Clip:
    return read(MOTION, MEDIA["motion.webp"])


@pytest.fixture
def look() -> Clip:
    return read(LOOK, MEDIA["appearance.webp"])


@pytest.fixture
def run(motion: Clip, look: Clip) -> Callable[..., Run]:
    """Makes runs of units that have both inputs."""

    def make(unit: int = 1, **parameters: float) -> Run:
        return Run(result(unit, **parameters), {"appearance": look, "motion": motion}, f"Unit {unit}", "Tiny")

    return make


@pytest.fixture
def clip_run() -> Callable[..., Run]:
    """Makes runs of units that see RGB clips only; one at rest has a single frame."""

    def make(unit: int = 1, **parameters: float) -> Run:
        frames = 1 if parameters.get("still") else CLIP_FRAMES
        picture = LOOK.model_copy(update={"name": "clip", "kind": "clip", "frames": frames})
        pixels = np.full((frames, SIDE, SIDE, 3), 99, np.uint8)
        return Run(result(unit, **parameters), {"clip": Clip(picture, pixels)}, f"Unit {unit}", "Tiny 3D")

    return make
