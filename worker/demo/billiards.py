"""A drawn billiard table. Slow and fast differ in speed only: the still frame is the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator

from worker.demo.palette import grey, shade, tint
from worker.demo.sheet import Colour, Sheet

Speed = Literal["slow", "fast"]

_HALF = (0.98, 0.98)
_RADIUS = 0.17
_PACE: dict[Speed, tuple[float, float]] = {"slow": (0.012, 0.024), "fast": (0.075, 0.12)}
"""Scene units per frame; about 43 px to the unit at 96 px."""


@dataclass(frozen=True)
class Ball:
    """A ball: where it is in the still frame and where it goes, a unit vector."""

    x: float
    y: float
    heading: tuple[float, float]
    colour: Colour
    stripe: float


@dataclass(frozen=True)
class Billiards:
    """Balls that roll without meeting and bounce off the cushions."""

    cloth: Colour
    frame_colour: Colour
    balls: tuple[Ball, ...]
    pace: float
    still_frame: float

    def draw(self, sheet: Sheet, frame: float) -> None:
        """Draw table and balls at a frame."""
        self._table(sheet)
        for ball in self.balls:
            travelled = self.pace * (frame - self.still_frame)
            x = _bounce(ball.x + travelled * ball.heading[0], _HALF[0] - 0.12 - _RADIUS)
            y = _bounce(ball.y + travelled * ball.heading[1], _HALF[1] - 0.12 - _RADIUS)
            self._ball(sheet, ball, x, y)

    def _table(self, sheet: Sheet) -> None:
        w, h = _HALF
        for x0, y0, x1, y1 in ((-w, -h, w, -h), (-w, h, w, h), (-w, -h, -w, h), (w, -h, w, h)):
            sheet.stroke((x0, y0), (x1, y1), 0.18, self.frame_colour, outline=0.03, part="table")
        for x in (-w, w):
            for y in (-h, h):
                sheet.ellipse((x * 0.93, y * 0.93), (0.15, 0.15), grey(15), part="table")

    def _ball(self, sheet: Sheet, ball: Ball, x: float, y: float) -> None:
        sheet.ellipse((x, y), (_RADIUS, _RADIUS), ball.colour, outline=0.04, part="balls")
        band = np.array([np.cos(ball.stripe), np.sin(ball.stripe)]) * _RADIUS * 0.8
        sheet.stroke(
            (x - band[0], y - band[1]), (x + band[0], y + band[1]), 0.08, shade(ball.colour, 0.35), part="balls"
        )
        sheet.ellipse((x - 0.06, y - 0.07), (0.05, 0.05), grey(250), part="balls")


def billiards(rng: Generator, speed: Speed, *, still_frame: float, hard: bool) -> Billiards:
    """A random table. The draws do not depend on `speed`; in the hard split the speeds meet in the middle."""
    balls: list[Ball] = []
    for _ in range(200):
        x, y = rng.uniform(-0.62, 0.62, size=2)
        if all((x - b.x) ** 2 + (y - b.y) ** 2 > (2.5 * _RADIUS) ** 2 for b in balls):
            heading = rng.uniform(0, 2 * np.pi)
            balls.append(
                Ball(x, y, (np.cos(heading), np.sin(heading)), tint(rng, 140, 230, 0.9), rng.uniform(0, np.pi))
            )
        if len(balls) == 5:
            break
    count = rng.integers(3, 6)
    share = rng.uniform()
    low, high = (0.035, 0.055) if hard else _PACE[speed]
    return Billiards(
        cloth=tint(rng, 90, 150, 0.9),
        frame_colour=tint(rng, 35, 80, 0.7),
        balls=tuple(balls[:count]),
        pace=low + share * (high - low),
        still_frame=still_frame,
    )


def _bounce(position: float, limit: float) -> float:
    """Reflect a position at -limit and limit."""
    folded = (position + limit) % (4 * limit)
    return (folded if folded <= 2 * limit else 4 * limit - folded) - limit
