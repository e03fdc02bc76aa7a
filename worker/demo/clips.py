"""Drawn clips of ten classes in pairs that differ only in motion or only in appearance.

They restate the cases of Feichtenhofer et al. (CVPR 2018) with a known truth. The same seed gives both clips of a
pair the same draws, so that what separates them is exactly what the class names say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from worker.demo.billiards import billiards
from worker.demo.faces import grooming
from worker.demo.instruments import bowing
from worker.demo.lifting import lifting
from worker.demo.palette import backdrop
from worker.demo.sheet import Placement, Sheet

SIDE = 96
FRAMES = 11
"""Ten flow fields lie between eleven frames; the still frame is the middle one."""
STILL = FRAMES // 2

CLASSES = (
    "slow billiards",
    "fast billiards",
    "clean and jerk",
    "lowering the bar",
    "playing cello",
    "playing violin",
    "brushing teeth",
    "shaving beard",
    "eye make-up",
    "lipstick",
)

PAIRS = tuple(zip(CLASSES[::2], CLASSES[1::2], strict=True))
"""The first two and the last pair differ in motion only, the other two in appearance only."""


@dataclass(frozen=True)
class Clip:
    """frames: (FRAMES, SIDE, SIDE, 3) RGB; masks: per named part, (SIDE, SIDE), where it is in any frame."""

    label: int
    frames: NDArray[np.uint8]
    masks: dict[str, NDArray[np.bool_]]


def draw_clip(label: int, seed: int, *, hard: bool = False, freeze_eyes: bool = False, speed: float = 1.0) -> Clip:
    """Draw one clip.

    hard: tilted instruments, tools between brush and razor, balls of medium pace, bars that hardly move.
    freeze_eyes: eyes are still in every class, so that the cue planted in lipstick is gone.
    speed: everything moves so many times as fast about the still frame, which stays the same.
    """
    if not 0 <= label < len(CLASSES):
        raise ValueError(f"label must lie in 0..{len(CLASSES) - 1}, not {label}")
    rng = np.random.default_rng([seed, label // 2, int(hard)])
    background = backdrop(rng, SIDE)
    placement = _placement(rng)
    paint = _PAINTERS[CLASSES[label]](rng, hard, freeze_eyes)
    masks: dict[str, NDArray[np.bool_]] = {}
    frames = []
    for frame in range(FRAMES):
        sheet = Sheet(background, placement, masks)
        paint(sheet, STILL + (frame - STILL) * speed)
        frames.append(sheet.frame())
    return Clip(label, np.stack(frames), masks)


def _placement(rng: Generator) -> Placement:
    """Random scale, a little rotation and shift: shape, not place, has to be recognised."""
    return Placement(
        scale=SIDE * rng.uniform(0.36, 0.47),
        angle=rng.uniform(-0.15, 0.15),
        x=SIDE * (0.5 + rng.uniform(-0.07, 0.07)),
        y=SIDE * (0.5 + rng.uniform(-0.07, 0.07)),
    )


Painter = Callable[[Sheet, float], None]


def _billiards(speed: str) -> Callable[[Generator, bool, bool], Painter]:
    def start(rng: Generator, hard: bool, _freeze: bool) -> Painter:
        table = billiards(rng, speed, still_frame=STILL, hard=hard)  # pyright: ignore[reportArgumentType]
        return table.draw

    return start


def _lifting(backwards: bool) -> Callable[[Generator, bool, bool], Painter]:
    def start(rng: Generator, hard: bool, _freeze: bool) -> Painter:
        lifter = lifting(rng, frames=FRAMES, hard=hard)
        return lambda sheet, frame: lifter.draw(sheet, FRAMES - 1 - frame if backwards else frame)

    return start


def _bowing(held: str) -> Callable[[Generator, bool, bool], Painter]:
    def start(rng: Generator, hard: bool, _freeze: bool) -> Painter:
        return bowing(rng, held, hard=hard).draw  # pyright: ignore[reportArgumentType]

    return start


def _grooming(care: str) -> Callable[[Generator, bool, bool], Painter]:
    def start(rng: Generator, hard: bool, freeze: bool) -> Painter:
        scene = grooming(rng, care, hard=hard, still_frame=STILL)  # pyright: ignore[reportArgumentType]
        return lambda sheet, frame: scene.draw(sheet, frame, freeze_eyes=freeze)

    return start


_PAINTERS: dict[str, Callable[[Generator, bool, bool], Painter]] = {
    "slow billiards": _billiards("slow"),
    "fast billiards": _billiards("fast"),
    "clean and jerk": _lifting(backwards=False),
    "lowering the bar": _lifting(backwards=True),
    "playing cello": _bowing("upright"),
    "playing violin": _bowing("level"),
    "brushing teeth": _grooming("brush"),
    "shaving beard": _grooming("shave"),
    "eye make-up": _grooming("eye make-up"),
    "lipstick": _grooming("lipstick"),
}
