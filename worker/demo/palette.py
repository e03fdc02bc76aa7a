"""Colours and textures of drawn scenes. Hue is drawn at random for everything, so that colour carries no class;
only lightness follows the object (pupils dark, teeth light), so that the shape of things stays readable."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from worker.demo.sheet import Colour


def tint(rng: Generator, low: float, high: float, saturation: float = 0.6) -> Colour:
    """A random hue whose mean grey level lies in low..high; `saturation` 0 is grey, 1 is full."""
    level = rng.uniform(low, high)
    hue = rng.normal(size=3)
    hue -= hue.mean()
    hue /= np.abs(hue).max() + 1e-9
    reach = saturation * rng.uniform(0.3, 1.0) * min(level, 255 - level)
    red, green, blue = level + reach * hue
    return float(red), float(green), float(blue)


def grey(level: float) -> Colour:
    """A grey."""
    return level, level, level


def shade(colour: Colour, factor: float) -> Colour:
    """The same hue, darker (< 1) or lighter (> 1)."""
    red, green, blue = (float(np.clip(value * factor, 0, 255)) for value in colour)
    return red, green, blue


def backdrop(rng: Generator, side: int) -> NDArray[np.uint8]:
    """A still, textured background of random hue, (side, side, 3): texture anchors the estimated flow at zero."""
    base = np.array(tint(rng, 70, 185, 0.7))
    coarse = cv2.resize(rng.normal(size=(5, 5, 3)), (side, side), interpolation=cv2.INTER_CUBIC)
    fine = cv2.resize(rng.normal(size=(side // 3, side // 3)), (side, side), interpolation=cv2.INTER_LINEAR)
    texture = coarse * rng.uniform(4, 18) + fine[..., None] * rng.uniform(6, 16)
    return np.clip(base + texture, 0, 255).astype(np.uint8)
