"""One stored input of a result as arrays: its pixels, its motion in px/frame, its frames as they are shown."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.exports.colouring import Colouring, Pixels, paint
from contract import strip
from contract.result import StreamPicture


@dataclass(frozen=True)
class Clip:
    """`pixels`: (frames, height, width, 3) as stored; motion is data there, not colour."""

    picture: StreamPicture
    pixels: Pixels

    @property
    def moves(self) -> bool:
        """Whether it is motion, to be coloured."""
        return self.picture.kind == "motion"

    @property
    def motion(self) -> NDArray[np.float32]:
        """Displacement (frames, height, width, 2) in pixels per frame; of motion only."""
        levels = self.pixels[..., :2].astype(np.float32) - np.float32(128)
        return levels * np.float32((self.picture.scale or 1.0) / 127)

    @property
    def peak(self) -> float:
        """Largest speed, in pixels per frame; 0 where nothing is motion."""
        return (self.picture.peak or self.picture.scale or 0.0) if self.moves else 0.0

    def shown(self, *, colouring: Colouring, reach: float, zoom: int = 1) -> list[Pixels]:
        """Frames as the page shows them, each (height * zoom, width * zoom, 3)."""
        if self.moves:
            return [paint(frame, colouring=colouring, reach=reach, zoom=zoom) for frame in self.motion]
        if zoom == 1:
            return list(self.pixels)
        size = (self.pixels.shape[2] * zoom, self.pixels.shape[1] * zoom)
        return [np.asarray(Image.fromarray(f).resize(size, Image.Resampling.BICUBIC)) for f in self.pixels]


def read(picture: StreamPicture, stored: bytes) -> Clip:
    """The clip of a stored strip."""
    pixels = np.asarray(Image.open(io.BytesIO(stored)).convert("RGB"))
    return Clip(picture, strip.part(pixels, frames=picture.frames, width=picture.width))
