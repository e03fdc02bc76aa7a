"""A drawn weight lifter. Lowering is lifting run backwards: the still frames are alike."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.random import Generator

from worker.demo.palette import grey, shade, tint
from worker.demo.sheet import Colour, Sheet


@dataclass(frozen=True)
class Lifting:
    """A person and a bar whose height goes from `start` by `rate` a frame (up is negative)."""

    skin: Colour
    shirt: Colour
    trousers: Colour
    hair: Colour
    plates: Colour
    steel: Colour
    start: float
    rate: float
    plate: float

    def draw(self, sheet: Sheet, frame: float) -> None:
        """Draw lifter and bar at a frame."""
        height = self.start + self.rate * frame
        self._body(sheet)
        self._arms(sheet, height)
        self._bar(sheet, height)

    def _body(self, sheet: Sheet) -> None:
        for side in (-1, 1):
            sheet.stroke((side * 0.1, 0.4), (side * 0.3, 1.1), 0.22, self.trousers, outline=0.03, part="body")
        sheet.polygon([(-0.3, -0.2), (0.3, -0.2), (0.22, 0.5), (-0.22, 0.5)], self.shirt, outline=0.035, part="body")
        sheet.stroke((0, -0.3), (0, -0.15), 0.16, shade(self.skin, 0.85), part="body")
        sheet.ellipse((0, -0.44), (0.17, 0.2), self.skin, outline=0.035, part="body")
        sheet.polygon(
            [(-0.19, -0.46), (-0.16, -0.64), (0, -0.7), (0.16, -0.64), (0.19, -0.46), (0.12, -0.54), (-0.12, -0.54)],
            self.hair,
            part="body",
        )
        for side in (-1, 1):
            sheet.ellipse((side * 0.065, -0.44), (0.03, 0.03), grey(20), part="body")
        sheet.stroke((-0.06, -0.33), (0.06, -0.33), 0.03, (60.0, 40.0, 40.0), part="body")

    def _arms(self, sheet: Sheet, height: float) -> None:
        for side in (-1, 1):
            shoulder, grip = (side * 0.28, -0.12), (side * 0.42, height)
            bend = max(0.0, 0.34 - abs(height + 0.12) * 0.5)
            elbow = (side * (0.38 + bend), (shoulder[1] + grip[1]) / 2 + 0.1)
            sheet.stroke(shoulder, elbow, 0.13, self.skin, outline=0.02, part="arms")
            sheet.stroke(elbow, grip, 0.11, self.skin, outline=0.02, part="arms")

    def _bar(self, sheet: Sheet, height: float) -> None:
        sheet.stroke((-1.0, height), (1.0, height), 0.055, self.steel, part="bar")
        for side in (-1, 1):
            sheet.ellipse((side * 0.42, height), (0.075, 0.075), self.skin, outline=0.02, part="arms")
            for x, half in ((0.78, self.plate), (0.92, self.plate * 0.75)):
                box = [(side * x - 0.06, height - half), (side * x + 0.06, height - half)]
                box += [(side * x + 0.06, height + half), (side * x - 0.06, height + half)]
                sheet.polygon(box, self.plates, outline=0.03, part="bar")
                sheet.stroke(
                    (side * x, height - half * 0.6),
                    (side * x, height + half * 0.6),
                    0.04,
                    shade(self.plates, 1.7),
                    part="bar",
                )


def lifting(rng: Generator, *, frames: int, hard: bool) -> Lifting:
    """A random lifter whose bar rises; in the hard split it hardly moves."""
    rate = rng.uniform(0.004, 0.012) if hard else rng.uniform(0.03, 0.07)
    middle = rng.uniform(-0.6, 0.1)
    return Lifting(
        skin=tint(rng, 165, 225, 0.45),
        shirt=tint(rng, 70, 130, 0.9),
        trousers=tint(rng, 30, 80, 0.7),
        hair=tint(rng, 25, 75, 0.7),
        plates=tint(rng, 40, 110, 0.9),
        steel=tint(rng, 190, 235, 0.2),
        start=middle + rate * (frames - 1) / 2,
        rate=-rate,
        plate=rng.uniform(0.26, 0.36),
    )
