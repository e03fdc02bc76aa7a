"""Optical flow that was stored as pictures, one for each component, as the authors of two-stream networks publish it.

Layouts, CLIP being the name of a video file without its ending; the first field is the motion from its first frame:
    u/CLIP/frame000001.jpg, v/CLIP/frame000001.jpg          twostreamfusion (Feichtenhofer et al., CVPR 2016)
    CLIP/flow_x_00001.jpg, CLIP/flow_y_00001.jpg            temporal-segment-networks (Wang et al., ECCV 2016)
Grey levels 0 to 255 stand for -20 to 20 pixels of the picture's own size; 128 is rest.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from contract.errors import ClipProblem
from worker.clips import Frames, fit
from worker.datasets.footage import Clip

LEVELS_PER_PX = 255 / 40
REST = 128


class FlowImages:
    """Reads the motion of clips from pictures below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fields(
        self, clip: Clip, frames: Frames, places: NDArray[np.intp], height: int, width: int
    ) -> NDArray[np.float32]:
        """Motion between the frames at `places`, (n - 1, 2, height, width) in pixels of that size. Raises ClipProblem.

        A step over several frames is the field at its first one, as often as there are frames.
        """
        if clip.start:
            raise ClipProblem(f"{clip.name}: flow from pictures is of whole videos, and this is a part of one.")
        first, second = _components(self.folder, clip.path.stem)
        if min(len(first), len(second)) < len(frames) - 1:
            raise ClipProblem(
                f"{self.folder} has {len(first)} and {len(second)} pictures of {clip.path.stem!r}; "
                f"{len(frames) - 1} are needed for its {len(frames)} frames."
            )
        steps = np.diff(places)
        made = [
            np.stack([_field(part[min(i, len(part) - 1)], height, width) for part in (first, second)]) * step
            for i, step in zip(places[:-1], steps, strict=True)
        ]
        return np.stack(made).astype(np.float32)


def _components(folder: Path, name: str) -> tuple[list[Path], list[Path]]:
    """Pictures of u and v in the order of time. Raises ClipProblem."""
    layouts = (
        ((folder / "u" / name, "frame*"), (folder / "v" / name, "frame*")),
        ((folder / name, "flow_x_*"), (folder / name, "flow_y_*")),
    )
    for layout in layouts:
        first, second = (sorted(place.glob(pattern)) for place, pattern in layout)
        if first and second:
            return first, second
    raise ClipProblem(
        f"{folder} has no flow of {name!r}: allowed are u/{name}/frame000001.jpg with v/..., "
        f"or {name}/flow_x_00001.jpg with flow_y_...."
    )


def _field(path: Path, height: int, width: int) -> NDArray[np.float32]:
    """One component in pixels of a (height, width) picture: enlarged, the same motion is longer."""
    levels = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if levels is None:
        raise ClipProblem(f"{path} is not a picture.")
    scale = max(height / levels.shape[0], width / levels.shape[1])
    pixels = (levels.astype(np.float32) - REST) / LEVELS_PER_PX
    return fit(pixels, height, width) * scale
