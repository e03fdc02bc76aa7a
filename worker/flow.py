"""Optical flow of a clip, estimated by dense inverse search (Kroeger et al., ECCV 2016) as OpenCV implements it."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray


def optical_flow(frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Displacement between adjacent frames.

    frames: (time, height, width, 3) RGB. Returns (time - 1, 2, height, width) in pixels, u to the right, v down.
    Raises ValueError on another shape or type, or on fewer than two frames.
    """
    if frames.ndim != 4 or frames.shape[3] != 3 or frames.dtype != np.uint8:
        raise ValueError(f"frames must be (time, height, width, 3) of uint8, not {frames.shape} of {frames.dtype}")
    if len(frames) < 2:
        raise ValueError("flow needs at least two frames")
    estimator = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    # Drawn things and distant people are small: without the finest scale their motion is lost.
    estimator.setFinestScale(0)
    grey = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames]
    fields = [
        estimator.calc(before, after, np.zeros((*before.shape, 2), np.float32)) for before, after in pairwise(grey)
    ]
    return np.stack(fields).transpose(0, 3, 1, 2).astype(np.float32, copy=False)
