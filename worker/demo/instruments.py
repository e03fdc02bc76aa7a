"""Drawn string instruments: one shape, upright it is a cello, level it is a violin. The bow moves alike in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator

from worker.demo.palette import grey, shade, tint
from worker.demo.sheet import Colour, Sheet
from worker.demo.strokes import Stroke, stroke

Held = Literal["upright", "level"]

# One side of the body, from the neck down: half width at height.
_BODY = [(0.06, -0.3), (0.2, -0.34), (0.31, -0.24), (0.32, -0.08), (0.2, 0.06), (0.19, 0.16), (0.26, 0.24), (0.4, 0.36)]
_BODY += [(0.43, 0.54), (0.34, 0.72), (0.16, 0.79), (0.0, 0.8)]
_EASY_TILT = 0.2
_HARD_TILT = (0.62, 0.95)


@dataclass(frozen=True)
class Bowing:
    """An instrument turned by `turn` (0 is upright) and a bow that strokes across it."""

    wood: Colour
    dark: Colour
    stick: Colour
    skin: Colour
    turn: float
    bow_angle: float
    bow: Stroke
    contact: float

    def draw(self, sheet: Sheet, frame: float) -> None:
        """Draw instrument and bow at a frame."""
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        turn = np.array([[cos, sin], [-sin, cos]])
        self._instrument(sheet, turn)
        self._bow(sheet, np.array([0.0, self.contact]) @ turn, self.bow.at(frame))

    def _instrument(self, sheet: Sheet, turn: np.ndarray) -> None:
        def placed(points: list[tuple[float, float]]) -> np.ndarray:
            return np.asarray(points) @ turn

        body = [(x, y) for x, y in _BODY] + [(-x, y) for x, y in reversed(_BODY)]
        neck = [(-0.055, -0.2), (-0.045, -1.0), (0.045, -1.0), (0.055, -0.2)]
        scroll = [(-0.1, -0.98), (-0.08, -1.14), (0.08, -1.14), (0.1, -0.98)]
        sheet.polygon(placed(body), self.wood, outline=0.05, part="instrument")
        sheet.polygon(
            placed([(0.86 * x, 0.86 * (y - 0.24) + 0.24) for x, y in body]), shade(self.wood, 1.25), part="instrument"
        )
        sheet.polygon(placed(neck), self.dark, part="instrument")
        sheet.polygon(placed(scroll), self.dark, part="instrument")
        for side in (-1, 1):
            hole = [(side * 0.14, 0.1), (side * 0.19, 0.12), (side * 0.23, 0.38), (side * 0.17, 0.38)]
            sheet.polygon(placed(hole), self.dark, part="instrument")
        sheet.polygon(placed([(-0.05, 0.42), (0.05, 0.42), (0.08, 0.7), (-0.08, 0.7)]), self.dark, part="instrument")
        sheet.polygon(placed([(-0.12, 0.3), (0.12, 0.3), (0.12, 0.34), (-0.12, 0.34)]), grey(235), part="instrument")
        sheet.polygon(
            placed([(-0.012, -0.95), (0.012, -0.95), (0.02, 0.45), (-0.02, 0.45)]), grey(235), part="instrument"
        )

    def _bow(self, sheet: Sheet, contact: np.ndarray, push: float) -> None:
        along = np.array([np.cos(self.bow_angle), np.sin(self.bow_angle)])
        across = np.array([-along[1], along[0]]) * 0.07
        start, end = contact + along * (push - 0.55), contact + along * (push + 0.75)
        sheet.stroke(tuple(start), tuple(end), 0.035, grey(245), part="bow")
        sheet.polygon([start, start - across * 1.3, end - across * 2.0, end], self.stick, part="bow")
        sheet.polygon(
            [
                start + along * 0.06,
                start - across * 0.5 + along * 0.06,
                end - across - along * 0.06,
                end - along * 0.06,
            ],
            grey(245),
            part="bow",
        )
        # Windings along the stick let its motion be seen along its whole length, not at its ends alone.
        for step in np.arange(0.1, 1.2, 0.22):
            middle = start + along * step
            sheet.stroke(tuple(middle - across * 1.2), tuple(middle + across * 0.4), 0.06, self.stick, part="bow")
        sheet.ellipse(tuple(end), (0.16, 0.14), self.skin, angle=self.bow_angle, outline=0.03, part="hand")


def bowing(rng: Generator, held: Held, *, hard: bool) -> Bowing:
    """A random instrument and bow. The draws do not depend on `held`; the bow's direction does not either."""
    lean = rng.uniform(-_EASY_TILT, _EASY_TILT)
    side = float(rng.choice([-1, 1]))
    if hard:
        lean = side * rng.uniform(*_HARD_TILT)
    turn = lean if held == "upright" else side * (np.pi / 2) - lean
    diagonal = rng.choice([1, 3, 5, 7]) * np.pi / 4
    return Bowing(
        wood=tint(rng, 85, 135, 0.9),
        dark=tint(rng, 20, 50, 0.6),
        stick=tint(rng, 30, 70, 0.7),
        skin=tint(rng, 165, 225, 0.45),
        turn=turn,
        bow_angle=diagonal + rng.uniform(-0.35, 0.35),
        bow=stroke(rng, (0.16, 0.3), (9, 24)),
        contact=rng.uniform(0.05, 0.2),
    )
