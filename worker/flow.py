"""Optical flow of a clip, by dense inverse search, TV-L1 or RAFT.

Dense inverse search (Kroeger et al., ECCV 2016) is OpenCV's own; TV-L1 (Zach et al., 2007; the choice of the two-stream
papers) comes with OpenCV's contributed modules; RAFT (Teed & Deng, ECCV 2020) is torchvision's, with its weights.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from contract.errors import ClipProblem

Estimate = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Frames (time, height, width, 3) -> motion (time - 1, 2, height, width) in pixels."""

METHODS = ("dis", "tvl1", "raft")
VERSION = 1
"""Counts up when a method gives other fields."""

RAFT_SIDE = 128
"""Smaller frames are enlarged for RAFT, whose coarsest correlations need as many rows and columns; and to eights."""


def optical_flow(frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Displacement between adjacent frames, by dense inverse search.

    frames: (time, height, width, 3) RGB. Returns (time - 1, 2, height, width) in pixels, u to the right, v down.
    Raises ValueError on another shape or type, or on fewer than two frames.
    """
    estimator = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    # Drawn things and distant people are small: without the finest scale their motion is lost.
    estimator.setFinestScale(0)
    return _between(frames, estimator)


def method(name: str, *, weights: Path) -> Estimate:
    """How motion is estimated, by name. weights: folder with RAFT's file. Raises ClipProblem where it cannot be."""
    if name not in METHODS:
        raise ClipProblem(f"flow {name!r} is neither a folder of pictures nor one of {', '.join(METHODS)}.")
    return {"dis": lambda: optical_flow, "tvl1": _tvl1, "raft": lambda: _raft(weights)}[name]()


def _tvl1() -> Estimate:
    contributed: Any = getattr(cv2, "optflow", None)
    if contributed is None:
        raise ClipProblem(
            "flow 'tvl1' needs OpenCV's contributed modules: install opencv-contrib-python-headless in place of "
            "opencv-python-headless, or use 'dis'."
        )
    return lambda frames: _between(frames, contributed.DualTVL1OpticalFlow_create())


def _between(frames: NDArray[np.uint8], estimator: Any) -> NDArray[np.float32]:
    _check(frames)
    grey = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames]
    fields = [
        estimator.calc(before, after, np.zeros((*before.shape, 2), np.float32)) for before, after in pairwise(grey)
    ]
    return np.stack(fields).transpose(0, 3, 1, 2).astype(np.float32, copy=False)


def _raft(weights: Path) -> Estimate:
    import torch  # the demo's clips are drawn by processes that do without it
    from torchvision.models.optical_flow import Raft_Large_Weights, raft_large

    from worker.models import checkpoint, download

    url = Raft_Large_Weights.DEFAULT.url
    file = weights / url.rpartition("/")[2]
    if not file.is_file():
        raise ClipProblem(f"flow 'raft' needs its weights: place {url} in {weights}, or use 'dis'.")
    checksum = file.stem.rpartition("-")[2]
    if not download.sha256(file).startswith(checksum):
        raise ClipProblem(f"{file} is not the published file: its SHA-256 does not begin with {checksum}.")
    network = raft_large()
    network.load_state_dict(checkpoint.read(file))
    network.eval().requires_grad_(False)

    def estimate(frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        _check(frames)
        height, width = frames.shape[1:3]
        scale = max(RAFT_SIDE / height, RAFT_SIDE / width, 1)
        rows, columns = (8 * round(scale * side / 8) for side in (height, width))
        clip = torch.from_numpy(frames).permute(0, 3, 1, 2).float() / 127.5 - 1
        clip = torch.nn.functional.interpolate(clip, (rows, columns), mode="bilinear", align_corners=False)
        with torch.inference_mode():
            pairs = [network(before[None], after[None])[-1] for before, after in pairwise(clip)]
        fields = torch.nn.functional.interpolate(torch.cat(pairs), (height, width), mode="bilinear")
        return (fields * torch.tensor([width / columns, height / rows]).view(1, 2, 1, 1)).numpy()

    return estimate


def _check(frames: NDArray[np.uint8]) -> None:
    if frames.ndim != 4 or frames.shape[3] != 3 or frames.dtype != np.uint8:
        raise ValueError(f"frames must be (time, height, width, 3) of uint8, not {frames.shape} of {frames.dtype}")
    if len(frames) < 2:
        raise ValueError("flow needs at least two frames")
