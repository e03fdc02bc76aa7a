"""A picture cut to the size that a network takes. Torch-free."""

from __future__ import annotations

from typing import Any

import cv2
from numpy.typing import NDArray


def fit(picture: NDArray[Any], height: int, width: int) -> NDArray[Any]:
    """Scale a picture (height, width, ...) so that it covers (height, width), and cut the middle."""
    scale = max(height / picture.shape[0], width / picture.shape[1])
    size = (max(round(picture.shape[1] * scale), width), max(round(picture.shape[0] * scale), height))
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    top, left = (scaled.shape[0] - height) // 2, (scaled.shape[1] - width) // 2
    return scaled[top : top + height, left : left + width].astype(picture.dtype)
