"""Sets of drawn clips in memory, drawn by several processes, and what the network is given of them."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from worker.demo.sample import Order, draw_sample

APPEARANCE_SPAN = 255.0
APPEARANCE_MEAN = 0.5
APPEARANCE_STD = 0.25
MOTION_SPAN = 25.5
"""Flow in grey levels is divided by this (4 px are 1), appearance by 63.75 after its mid-grey is taken off."""


@dataclass(frozen=True)
class Dataset:
    """images: (n, 3, side, side) uint8; flow: (n, 20, side, side) int8 grey levels; labels: (n,)."""

    images: Tensor
    flow: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def batch(self, rows: Tensor, *, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor, Tensor]:
        """Network inputs and labels of the given rows."""
        images, levels = (x[rows].to(dtype, memory_format=torch.channels_last) for x in (self.images, self.flow))
        return appearance_input(images), motion_input(levels), self.labels[rows]


def appearance_input(images: Tensor) -> Tensor:
    """Grey levels 0..255 to network units."""
    scale = APPEARANCE_SPAN * APPEARANCE_STD
    return images / scale - APPEARANCE_MEAN / APPEARANCE_STD


def motion_input(levels: Tensor) -> Tensor:
    """Flow in grey levels about zero to network units."""
    return levels / MOTION_SPAN


def draw_dataset(wanted: Sequence[Order], *, processes: int = 2, title: str = "drawing") -> Dataset:
    """Draw the clips of `wanted`; the result does not depend on the number of processes."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        drawn = list(tqdm(pool.map(draw_sample, wanted, chunksize=32), total=len(wanted), desc=title, unit="clip"))
    return Dataset(
        images=torch.from_numpy(np.stack([image for image, _ in drawn])),
        flow=torch.from_numpy(np.stack([flow for _, flow in drawn])),
        labels=torch.tensor([order.label for order in wanted]),
    )
