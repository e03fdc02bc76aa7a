"""Colour of motion, exactly as the page paints it (frontend/js/motion.js): (u, v) to RGB on mid-grey.

Right is +u, down is +v. `reach` is the speed, in pixels per frame, that is shown at full colour.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Colouring = Literal["uvm", "wheel", "blueyellow", "magnitude", "arrows"]
Pixels = NDArray[np.uint8]
Field = NDArray[np.float32]

COLOURINGS = get_args(Colouring)
NOTES: dict[str, str] = {
    "uvm": "red: rightward, green: downward, blue: speed; grey: still",
    "wheel": "hue: direction, strength: speed; grey: still",
    "blueyellow": "yellow: right, blue: left, light: up, dark: down",
    "magnitude": "black: still, light yellow: fastest",
    "arrows": "arrows point where things move",
}
RAMP = np.array([(0, 0, 0), (0, 32, 77), (64, 77, 108), (124, 123, 120), (188, 175, 111), (255, 234, 70)], float)
HUES = np.array(
    [(230, 60, 60), (232, 150, 30), (205, 205, 40), (70, 190, 70),
     (40, 190, 190), (60, 120, 235), (140, 80, 235), (220, 70, 200)], float,
)  # fmt: skip
GREY = np.array([128.0, 128.0, 128.0])
ACROSS = 18
"""Arrows across the shorter side."""

FAINT = 0.04
"""Share of the reach below which no arrow is drawn."""


def paint(motion: Field, *, colouring: Colouring, reach: float, zoom: int = 1) -> Pixels:
    """(height, width, 2) in px/frame to (height * zoom, width * zoom, 3)."""
    field = motion.astype(float) / reach
    picture = _byte(_colours(field, colouring))
    if zoom > 1:
        size = (motion.shape[1] * zoom, motion.shape[0] * zoom)
        picture = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))
    return _arrows(picture, field, zoom) if colouring == "arrows" else picture


def wheel(side: int, colouring: Colouring) -> Pixels:
    """The legend: all directions and speeds up to the reach at the rim, on white. (side, side, 3)."""
    centre = (side - 1) / 2
    v, u = (np.mgrid[0:side, 0:side] - centre) / centre
    speed = np.hypot(u, v)
    inside = np.clip((1 - speed) * centre, 0, 1)[..., None]
    picture = _byte(_colours(np.stack([u, v], axis=-1), colouring)).astype(float)
    return _byte(picture * inside + 255 * (1 - inside))


def _colours(field: NDArray[np.float64], colouring: Colouring) -> NDArray[np.float64]:
    """Motion in units of the reach to colours that may lie outside 0..255."""
    u, v = field[..., 0], field[..., 1]
    speed = np.hypot(u, v)
    if colouring == "uvm":
        return 128 + 127 * np.stack([u, v, speed], axis=-1)
    if colouring == "blueyellow":
        light = 128 - 100 * v
        return np.stack([light + 80 * u, light + 60 * u, light - 110 * u], axis=-1)
    strength = np.minimum(speed, 1)
    if colouring == "magnitude":
        return _between(RAMP, strength * (len(RAMP) - 1), around=False)
    if colouring == "wheel":
        turn = (np.arctan2(v, u) / (2 * np.pi) + 1) % 1
        return GREY + (_between(HUES, turn * len(HUES), around=True) - GREY) * strength[..., None]
    return np.broadcast_to((96 + 54 * strength)[..., None], (*strength.shape, 3))


def _between(stops: NDArray[np.float64], at: NDArray[np.float64], *, around: bool) -> NDArray[np.float64]:
    low = np.floor(at).astype(int)
    following = (low + 1) % len(stops) if around else np.minimum(low + 1, len(stops) - 1)
    low = low % len(stops)
    return stops[low] + (stops[following] - stops[low]) * (at - np.floor(at))[..., None]


def _arrows(picture: Pixels, field: NDArray[np.float64], zoom: int) -> Pixels:
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    height, width = field.shape[:2]
    pitch = max(2.0, min(height, width) / ACROSS)
    for y in np.arange(pitch / 2, height, pitch):
        for x in np.arange(pitch / 2, width, pitch):
            u, v = field[int(y), int(x)]
            speed = min(float(np.hypot(u, v)), 1.0)
            if speed > FAINT:
                length = pitch * zoom * (0.25 + 0.85 * speed)
                _arrow(draw, (x * zoom, y * zoom), angle=float(np.arctan2(v, u)), length=length, speed=speed, zoom=zoom)
    return np.asarray(image)


def _arrow(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], *, angle: float, length: float, speed: float, zoom: int
) -> None:
    light = round(160 + 95 * speed)
    colour, thick = (light, light, round(light * 0.8)), max(1, round(zoom * 0.7))
    along, aside = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    tip, tail, head = np.array(at) + along * length / 2, np.array(at) - along * length / 2, length * 0.35
    draw.line([*tail, *tip], fill=colour, width=thick)
    for side in (-0.7, 0.7):
        draw.line([*tip, *(tip - head * (along - side * aside))], fill=colour, width=thick)


def _byte(colours: NDArray[np.float64]) -> Pixels:
    return np.floor(colours.clip(0, 255) + 0.5).astype(np.uint8)
