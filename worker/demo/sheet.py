"""A sheet to draw on: anti-aliased shapes in the coordinates of a scene, and masks of the parts they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Colour = tuple[float, float, float]
Points = NDArray[np.float64]

_SUBPIXEL_BITS = 4
_OVERSAMPLING = 3


@dataclass(frozen=True)
class Placement:
    """Where a scene lies on the sheet: scene units to pixels by scale, rotation (radians) and shift (pixels)."""

    scale: float
    angle: float
    x: float
    y: float

    def apply(self, points: ArrayLike) -> Points:
        """Scene coordinates (n, 2), y pointing down, to pixels."""
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        turn = np.array([[cos, sin], [-sin, cos]])
        return np.asarray(points, np.float64) @ turn * self.scale + (self.x, self.y)


@dataclass
class Sheet:
    """One frame being drawn. `masks` collects, per named part, every pixel the part covers in any frame."""

    background: NDArray[np.uint8]
    placement: Placement
    masks: dict[str, NDArray[np.bool_]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.side = self.background.shape[0]
        big = self.side * _OVERSAMPLING
        self._ink = cv2.resize(self.background, (big, big), interpolation=cv2.INTER_LINEAR)

    def frame(self) -> NDArray[np.uint8]:
        """What was drawn, (side, side, 3) RGB."""
        return cv2.resize(self._ink, (self.side, self.side), interpolation=cv2.INTER_AREA)  # pyright: ignore

    def polygon(self, points: ArrayLike, colour: Colour, *, outline: float = 0.0, part: str | None = None) -> None:
        """Fill a polygon given in scene units; `outline` is the width of a dark rim in scene units."""
        corners = self.placement.apply(points)
        fixed = np.round((corners * _OVERSAMPLING + (_OVERSAMPLING - 1) / 2) * 2**_SUBPIXEL_BITS).astype(np.int32)
        cv2.fillPoly(self._ink, [fixed], colour, cv2.LINE_AA, _SUBPIXEL_BITS)
        if outline > 0:
            width = max(1, round(outline * self.placement.scale * _OVERSAMPLING))
            rim = tuple(0.25 * value for value in colour)
            cv2.polylines(self._ink, [fixed], True, rim, width, cv2.LINE_AA, _SUBPIXEL_BITS)
        if part is not None:
            self._cover(corners, part)

    def ellipse(
        self,
        centre: tuple[float, float],
        radii: tuple[float, float],
        colour: Colour,
        *,
        angle: float = 0.0,
        outline: float = 0.0,
        part: str | None = None,
    ) -> None:
        """Fill an ellipse; `angle` in radians."""
        self.polygon(ellipse(centre, radii, angle), colour, outline=outline, part=part)

    def stroke(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        width: float,
        colour: Colour,
        *,
        outline: float = 0.0,
        part: str | None = None,
    ) -> None:
        """A straight bar from `start` to `end`, `width` scene units thick."""
        self.polygon(bar(start, end, width, width), colour, outline=outline, part=part)

    def _cover(self, corners: Points, part: str) -> None:
        mask = np.zeros((self.side, self.side), np.uint8)
        cv2.fillPoly(mask, [np.round(corners).astype(np.int32)], 1)
        known = self.masks.get(part)
        self.masks[part] = mask.astype(bool) if known is None else known | mask.astype(bool)


def ellipse(centre: tuple[float, float], radii: tuple[float, float], angle: float = 0.0, corners: int = 28) -> Points:
    """Corners of an ellipse, (corners, 2)."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    flat = np.stack([radii[0] * np.cos(turn), radii[1] * np.sin(turn)], axis=1)
    cos, sin = np.cos(angle), np.sin(angle)
    return flat @ np.array([[cos, sin], [-sin, cos]]) + centre


def bar(start: tuple[float, float], end: tuple[float, float], width_start: float, width_end: float) -> Points:
    """Corners of a straight bar that may taper, (4, 2)."""
    a, b = np.asarray(start, np.float64), np.asarray(end, np.float64)
    along = (b - a) / max(float(np.linalg.norm(b - a)), 1e-9)
    across = np.array([-along[1], along[0]]) / 2
    return np.stack(
        [a + across * width_start, b + across * width_end, b - across * width_end, a - across * width_start]
    )
