"""How the frames of a picture lie in one file: side by side, in as few rows as the format allows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LARGEST = 16383
"""Pixels that a WebP is wide and high at most (VP8 stores 14 bits of each)."""


def columns(frames: int, width: int) -> int:
    """How many frames, each `width` pixels wide, lie beside each other."""
    return min(frames, LARGEST // width)


def lay(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """One picture of all frames, from the left and then downwards; what is left of the last row is 0.

    frames: (frame, height, width, channel). Raises ValueError where they fit into no WebP.
    """
    count, height, width, channels = frames.shape
    across = columns(count, width)
    rows = -(-count // max(across, 1))
    if across == 0 or rows * height > LARGEST:
        raise ValueError(f"{count} frames of {width} x {height} px are more than a WebP of {LARGEST} px holds")
    filled = np.zeros((rows * across, height, width, channels), frames.dtype)
    filled[:count] = frames
    grid = filled.reshape(rows, across, height, width, channels)
    return grid.transpose(0, 2, 1, 3, 4).reshape(rows * height, across * width, channels)


def part(strip: NDArray[np.uint8], *, frames: int, width: int) -> NDArray[np.uint8]:
    """The frames (frame, height, width, channel) of a strip. width: of one frame, in pixels.

    Raises ValueError where a strip has another width than that of its frames.
    """
    across = columns(frames, width)
    if strip.shape[1] != across * width:
        raise ValueError(f"a strip of {frames} frames of {width} px is not {strip.shape[1]} px wide")
    rows = -(-frames // across)
    grid = strip.reshape(rows, -1, across, width, strip.shape[2])
    return grid.transpose(0, 2, 1, 3, 4).reshape(rows * across, -1, width, strip.shape[2])[:frames]
