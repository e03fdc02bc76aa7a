"""One drawn clip as the network is given it: the still frame and the estimated flow in grey levels. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from worker.demo.clips import CLASSES, STILL, draw_clip
from worker.flow import optical_flow

LEVELS_PER_PX = 6.375
"""Grey levels per pixel of displacement, as in the two-stream networks of 2014-16: 20 px fill the range of 8 bits."""


@dataclass(frozen=True)
class Order:
    """Which clip to draw."""

    label: int
    seed: int
    hard: bool = False
    freeze_eyes: bool = False


def draw_sample(order: Order, *, speed: float = 1.0) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    """Still frame (3, side, side) and flow (20, side, side), u1,v1,...,u10,v10 in grey levels."""
    cv2.setNumThreads(1)
    clip = draw_clip(order.label, order.seed, hard=order.hard, freeze_eyes=order.freeze_eyes, speed=speed)
    levels = np.clip(np.round(optical_flow(clip.frames) * LEVELS_PER_PX), -127, 127).astype(np.int8)
    return clip.frames[STILL].transpose(2, 0, 1).copy(), levels.reshape(-1, *levels.shape[2:])


def orders(count: int, seed: int, *, hard: bool = False, freeze_eyes: bool = False) -> list[Order]:
    """`count` orders, classes in turn, every clip with its own seed; different `seed`s share no clip."""
    return [Order(index % len(CLASSES), seed * 1_000_003 + index, hard, freeze_eyes) for index in range(count)]
