"""What the demo's optima must show, as numbers. Works on optima in grey levels, (channel, time, height, width)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from contract.catalogue import Stream
from worker import canvas, render
from worker.demo.clips import CLASSES, SIDE, draw_clip

OUTLINE = 4.0


def adjacent_correlation(motion: Tensor) -> float:
    """Mean correlation of adjacent frames of a motion clip, over (u, v) and space."""
    frames = motion.transpose(0, 1).flatten(1).double().numpy()
    return float(np.mean([np.corrcoef(a, b)[0, 1] for a, b in pairwise(frames)]))


def dc_power(motion: Tensor) -> float:
    """Share of the power that does not change in time: T ||mean_t x||^2 / sum_t ||x_t||^2."""
    motion = motion.double()
    return float(motion.shape[1] * motion.mean(1).square().sum() / motion.square().sum().clamp_min(1e-12))


def energy_map(motion: Tensor) -> NDArray[np.float64]:
    """Mean squared motion of every pixel, (height, width)."""
    return motion.double().square().sum(0).mean(0).numpy()


def motion_energy(motion: Tensor, region: NDArray[np.bool_]) -> float:
    """Mean squared motion inside a region (height, width)."""
    return float(energy_map(motion)[region].mean())


def without_camera(motion: Tensor) -> Tensor:
    """Motion relative to the camera: each frame without its median displacement."""
    return motion - motion.flatten(2).median(dim=2).values[:, :, None, None]


def part_shares(label: int, *, clips: int = 60, seed: int = 0) -> dict[str, NDArray[np.float64]]:
    """How often each named part covers a pixel in the clips of a class, (side, side) in 0..1, by the generator."""
    shares: dict[str, NDArray[np.float64]] = {}
    for index in range(clips):
        for part, mask in draw_clip(label, seed * 1_000_003 + index).masks.items():
            shares.setdefault(part, np.zeros((SIDE, SIDE)))[mask] += 1 / clips
    return shares


def part_region(part: str, label: int, *, clips: int = 60, share: float = 0.3, seed: int = 0) -> NDArray[np.bool_]:
    """Where a named part usually is in the clips of a class, (side, side)."""
    return part_shares(label, clips=clips, seed=seed)[part] > share


def rank_parts(map: NDArray[np.float64], shares: dict[str, NDArray[np.float64]]) -> list[str]:
    """Parts by what they have of a map (height, width) per pixel, most first.

    A pixel counts for a part as often as the part covers it, so that neither large parts nor steady ones gain by it.
    """
    means = {part: float((map * share).sum() / share.sum()) for part, share in shares.items()}
    return sorted(means, key=lambda part: -means[part])


def looks_upright(appearance: Tensor) -> bool:
    """The fixed rule that tells a drawn cello from a drawn violin: are there more upright edges than level ones?

    Edges of an upright neck and body change across columns. Seen through a blur of OUTLINE pixels: finer stripes are
    texture and run any way.
    """
    picture = cv2.GaussianBlur(appearance[:, 0].double().mean(0).numpy(), (0, 0), OUTLINE)
    return bool(np.square(np.diff(picture, axis=1)).sum() > np.square(np.diff(picture, axis=0)).sum())


def stored(inputs: dict[str, Tensor], streams: Sequence[Stream]) -> list[Tensor]:
    """The inputs after a round trip through the stored 8-bit pictures, (1, channel, time, height, width) each."""
    restored = []
    for stream in streams:
        picture, media = render.draw(stream, inputs[stream.name])
        levels = render.restore(picture, media[picture.strip], levels_per_px=stream.levels_per_px)
        restored.append(torch.from_numpy(levels)[None])
    return restored


def ranked_first(network: nn.Module, inputs: dict[str, Tensor], streams: Sequence[Stream]) -> int:
    """The class that a network names first for the stored form of an optimum."""
    tensors = [canvas.to_network(x, stream) for x, stream in zip(stored(inputs, streams), streams, strict=True)]
    with torch.inference_mode():
        return int(network(*tensors).argmax())


def label_of(name: str) -> int:
    """Number of a class."""
    return CLASSES.index(name)


def median(values: Iterable[float]) -> float:
    """Median; NaN of nothing."""
    kept = list(values)
    return float(np.median(kept)) if kept else float("nan")
