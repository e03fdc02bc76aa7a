"""Drawn faces and what is done to them: brushing teeth, shaving, eye make-up, lipstick.

Brushing and shaving differ in what is drawn only: the tool moves alike. Eye make-up and lipstick differ in the
motion of the eyes only: the planted bias. Everything else of the two, the still frame included, is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator

from worker.demo.palette import grey, shade, tint
from worker.demo.sheet import Colour, Sheet, bar, ellipse
from worker.demo.strokes import Stroke, stroke

Care = Literal["brush", "shave", "eye make-up", "lipstick"]


@dataclass(frozen=True)
class Face:
    """Everything about one drawn face that does not move."""

    skin: Colour
    hair: Colour
    iris: Colour
    lips: Colour
    foam: Colour
    tool: Colour
    brow: float
    jaw: float
    fringe: float


@dataclass(frozen=True)
class Grooming:
    """A face, a tool and their motions. `blend` 0..1 makes brush and razor alike (the hard split)."""

    care: Care
    face: Face
    gaze_x: Stroke
    gaze_y: Stroke
    hand: Stroke
    side: int
    tilt: float
    tip: tuple[float, float]
    blend: float
    still_frame: float

    def draw(self, sheet: Sheet, frame: float, *, freeze_eyes: bool) -> None:
        """Draw the face at a frame."""
        eyes = frame if self.care == "lipstick" and not freeze_eyes else self.still_frame
        _head(sheet, self.face)
        _eyes(sheet, self.face, (self.gaze_x.at(eyes), self.gaze_y.at(eyes)))
        self._mouth(sheet)
        self._tool(sheet, self.hand.at(frame))

    def _mouth(self, sheet: Sheet) -> None:
        if self.care == "shave":
            _foam(sheet, self.face.foam, 1 - self.blend)
            _lips(sheet, self.face.lips, 0.16)
        elif self.care == "brush":
            if self.blend > 0:
                _foam(sheet, self.face.foam, self.blend)
            _teeth(sheet, self.face.lips)
        else:
            _lips(sheet, self.face.lips, 0.22)

    def _tool(self, sheet: Sheet, push: float) -> None:
        out = np.array([self.side * np.cos(self.tilt), np.sin(self.tilt)])
        tip = np.array(self.tip) + out * push
        if self.care == "brush":
            _brush(sheet, tip, out, self.face, self.blend)
        elif self.care == "shave":
            _razor(sheet, tip, out, self.face, self.blend)
        else:
            _pencil(sheet, tip, out, self.face)


def grooming(rng: Generator, care: Care, *, hard: bool, still_frame: float) -> Grooming:
    """A random face under the given care. The draws do not depend on `care`."""
    face = Face(
        skin=tint(rng, 165, 225, 0.45),
        hair=tint(rng, 25, 75, 0.7),
        iris=tint(rng, 12, 35, 0.7),
        lips=tint(rng, 75, 115, 0.8),
        foam=tint(rng, 215, 250, 0.5),
        tool=tint(rng, 45, 100, 0.9),
        brow=rng.uniform(-0.04, 0.04),
        jaw=rng.uniform(0.56, 0.66),
        fringe=rng.uniform(0.32, 0.46),
    )
    gaze_x = stroke(rng, (0.085, 0.115), (7, 13))
    gaze_y = stroke(rng, (0.0, 0.05), (7, 13))
    hand = stroke(rng, (0.14, 0.24), (9, 22))
    side = int(rng.choice([-1, 1]))
    tilt = rng.uniform(0.15, 0.75)
    spread = rng.uniform(-1, 1, size=2)
    blend = float(rng.uniform(0.35, 0.65)) if hard else 0.0
    if care in ("brush", "shave"):
        tip = (0.06 * spread[0], 0.43 + 0.04 * spread[1])
    else:
        tip = (side * (0.33 + 0.08 * spread[0]), 0.22 + 0.08 * spread[1])
    return Grooming(care, face, gaze_x, gaze_y, hand, side, tilt, tip, blend, still_frame)


def _head(sheet: Sheet, face: Face) -> None:
    sheet.ellipse((0, -0.12), (face.jaw + 0.16, 0.92), face.hair, part="hair")
    sheet.polygon([(-0.22, 0.6), (0.22, 0.6), (0.3, 1.3), (-0.3, 1.3)], shade(face.skin, 0.8), part="neck")
    for side in (-1, 1):
        sheet.ellipse((side * face.jaw, 0.02), (0.1, 0.16), shade(face.skin, 0.85), outline=0.03, part="ears")
    sheet.ellipse((0, 0), (face.jaw, 0.84), face.skin, outline=0.035, part="skin")
    cap = ellipse((0, -0.1), (face.jaw + 0.07, 0.86))
    sheet.polygon(cap[cap[:, 1] < -face.fringe], face.hair, part="hair")
    sheet.polygon([(0, -0.08), (0.09, 0.2), (-0.09, 0.2)], shade(face.skin, 0.68), part="nose")


def _eyes(sheet: Sheet, face: Face, gaze: tuple[float, float]) -> None:
    for side in (-1, 1):
        centre = (side * 0.28, -0.14)
        sheet.ellipse(centre, (0.225, 0.165), grey(245), outline=0.04, part="eyes")
        pupil = (centre[0] + gaze[0], centre[1] + gaze[1])
        sheet.ellipse(pupil, (0.105, 0.105), face.iris, part="eyes")
        sheet.ellipse((pupil[0] - 0.03, pupil[1] - 0.03), (0.03, 0.03), grey(235), part="eyes")
        inner, outer = (side * 0.1, -0.36 + face.brow), (side * 0.46, -0.38 - face.brow)
        sheet.stroke(inner, outer, 0.07, face.hair, part="brows")


def _lips(sheet: Sheet, colour: Colour, half: float) -> None:
    upper = [(-half, 0.47), (-half * 0.4, 0.4), (0, 0.43), (half * 0.4, 0.4), (half, 0.47), (0, 0.49)]
    lower = [(-half, 0.47), (0, 0.49), (half, 0.47), (half * 0.5, 0.55), (0, 0.575), (-half * 0.5, 0.55)]
    sheet.polygon(upper, shade(colour, 0.85), outline=0.015, part="mouth")
    sheet.polygon(lower, colour, outline=0.015, part="mouth")


def _teeth(sheet: Sheet, lips: Colour) -> None:
    sheet.ellipse((0, 0.47), (0.3, 0.17), lips, outline=0.03, part="mouth")
    sheet.ellipse((0, 0.47), (0.24, 0.11), grey(250), part="mouth")
    for x in (-0.14, -0.07, 0.0, 0.07, 0.14):
        sheet.stroke((x, 0.37), (x, 0.57), 0.012, grey(90), part="mouth")
    sheet.stroke((-0.23, 0.47), (0.23, 0.47), 0.016, grey(60), part="mouth")


def _foam(sheet: Sheet, colour: Colour, amount: float) -> None:
    """A beard of foam: scallops along the jaw, over the chin and above the lip."""
    for angle in np.linspace(0.05, np.pi - 0.05, 9):
        centre = (0.47 * np.cos(angle), 0.27 + 0.45 * np.sin(angle))
        radius = 0.155 * amount
        sheet.ellipse(centre, (radius, radius), colour, outline=0.02, part="foam")
    body = ellipse((0, 0.5), (0.46 * amount, 0.3 * amount))
    sheet.polygon(body, colour, part="foam")
    sheet.ellipse((0, 0.34), (0.27 * amount, 0.075 * amount), colour, part="foam")


def _hand(sheet: Sheet, at: np.ndarray, out: np.ndarray, skin: Colour) -> None:
    sheet.stroke(tuple(at), tuple(at + out * 0.9), 0.2, shade(skin, 0.9), outline=0.03, part="hand")
    sheet.ellipse(tuple(at), (0.15, 0.13), shade(skin, 0.95), outline=0.03, part="hand")


def _brush(sheet: Sheet, tip: np.ndarray, out: np.ndarray, face: Face, blend: float) -> None:
    across = np.array([out[1], -out[0]]) * (1 if out[1] * out[0] <= 0 else -1)
    sheet.stroke(tuple(tip), tuple(tip + out * 0.75), 0.09, face.tool, outline=0.025, part="tool")
    head = [tip, tip + out * (0.3 - 0.12 * blend)]
    length = 0.12 * (1 - 0.5 * blend)
    sheet.polygon(
        [head[0], head[1], head[1] + across * length, head[0] + across * length],
        grey(240),
        outline=0.025,
        part="tool",
    )
    _hand(sheet, tip + out * 0.72, out, face.skin)


def _razor(sheet: Sheet, tip: np.ndarray, out: np.ndarray, face: Face, blend: float) -> None:
    across = np.array([out[1], -out[0]])
    sheet.stroke(tuple(tip + out * 0.06), tuple(tip + out * 0.75), 0.09, face.tool, outline=0.025, part="tool")
    wide = 0.17 * (1 - 0.5 * blend)
    sheet.polygon(
        bar(tuple(tip + across * wide), tuple(tip - across * wide), 0.13, 0.13), grey(110), outline=0.03, part="tool"
    )
    sheet.stroke(tuple(tip + across * wide * 0.9), tuple(tip - across * wide * 0.9), 0.035, grey(235), part="tool")
    _hand(sheet, tip + out * 0.72, out, face.skin)


def _pencil(sheet: Sheet, tip: np.ndarray, out: np.ndarray, face: Face) -> None:
    sheet.polygon(bar(tuple(tip), tuple(tip + out * 0.2), 0.02, 0.12), shade(face.lips, 0.7), outline=0.02, part="tool")
    sheet.stroke(tuple(tip + out * 0.2), tuple(tip + out * 0.75), 0.12, face.tool, outline=0.025, part="tool")
    _hand(sheet, tip + out * 0.72, out, face.skin)
