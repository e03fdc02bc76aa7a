"""Training of a two-stream network on drawn clips against the worst small change of its inputs.

Each batch is first moved, within an L2 ball, to where the loss is larger, and then learned from (Madry et al.,
ICLR 2018). Networks trained so must rely on whole shapes, and their optima are recognisable (Engstrom et al., 2019);
without it the optima of this network are colour blobs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from worker.demo.augmentation import NOISE_APPEARANCE, NOISE_MOTION, Noise, augment, fade, shake
from worker.demo.dataset import Dataset
from worker.models.two_stream import TwoStreamFusion

Streams = Literal["both", "appearance", "motion"]


@dataclass(frozen=True)
class Recipe:
    """Numbers of the training.

    radius_appearance, radius_motion: L2 radius of the adversarial change per clip, in network units.
    ramp: share of the steps over which the radius grows from zero.
    """

    epochs: int = 8
    batch: int = 64
    rate: float = 2e-3
    decay: float = 0.02
    smoothing: float = 0.05
    radius_appearance: float = 8.0
    radius_motion: float = 2.0
    attack_steps: int = 1
    ramp: float = 0.5


def fit(
    network: TwoStreamFusion,
    data: Dataset,
    recipe: Recipe,
    *,
    seed: int,
    streams: Streams = "both",
    title: str = "training",
    watch: Callable[[int], None] | None = None,
) -> None:
    """Train in place. With one of the streams alone, the other's input is zero throughout."""
    generator = torch.Generator().manual_seed(seed)
    network.train().to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    optimizer = torch.optim.AdamW(network.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    steps = recipe.epochs * (len(data) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.rate, total_steps=steps, pct_start=0.2)
    noise = [
        Noise(torch.Size((recipe.batch, *x.shape[1:])), most, generator)
        for x, most in ((data.images, NOISE_APPEARANCE), (data.flow, NOISE_MOTION))
    ]
    even = torch.ones(recipe.batch)
    bar = tqdm(total=steps, desc=title, unit="step")
    for epoch in range(recipe.epochs):
        order = torch.randperm(len(data), generator=generator)
        for rows in order[: len(data) // recipe.batch * recipe.batch].split(recipe.batch):
            appearance, motion, labels = data.batch(rows, dtype=torch.bfloat16)
            appearance, motion = augment(appearance, motion, generator)
            appearance, contrast = fade(appearance, generator)
            appearance = noise[0].add(appearance, contrast, generator)
            motion = noise[1].add(shake(motion, generator), even, generator)
            appearance, motion = mute(appearance, motion, streams)
            share = min(1.0, schedule.last_epoch / max(1, recipe.ramp * steps))
            radii = (share * recipe.radius_appearance * contrast, share * recipe.radius_motion * even)
            appearance, motion = attack(network, (appearance, motion), labels, radii, recipe.attack_steps, streams)
            loss = _loss(network, appearance, motion, labels, recipe.smoothing)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            bar.update()
            if schedule.last_epoch % 20 == 0:
                bar.set_postfix(loss=f"{loss.item():.3f}")
        if watch is not None:
            watch(epoch)
    bar.close()
    network.eval()


def mute(appearance: Tensor, motion: Tensor, streams: Streams) -> tuple[Tensor, Tensor]:
    """Zero the input that is not among `streams`."""
    if streams == "motion":
        appearance = torch.zeros_like(appearance)
    if streams == "appearance":
        motion = torch.zeros_like(motion)
    return appearance, motion


def attack(
    network: TwoStreamFusion,
    inputs: tuple[Tensor, Tensor],
    labels: Tensor,
    radii: tuple[Tensor, Tensor],
    steps: int,
    streams: Streams,
) -> tuple[Tensor, Tensor]:
    """Inputs of the largest loss found within the L2 radii (one for all clips, or (batch,)), by normalized steps."""
    free = {"both": (0, 1), "appearance": (0,), "motion": (1,)}[streams]
    moved = list(inputs)
    for _ in range(steps):
        leaves = [x.detach().requires_grad_(index in free) for index, x in enumerate(moved)]
        loss = _loss(network, leaves[0], leaves[1], labels, 0.0)
        gradients = torch.autograd.grad(loss, [leaves[index] for index in free])
        for index, gradient in zip(free, gradients, strict=True):
            moved[index] = _along(leaves[index].detach(), gradient, radii[index] / steps)
    return moved[0].detach(), moved[1].detach()


def _along(x: Tensor, gradient: Tensor, length: Tensor) -> Tensor:
    norm = torch.linalg.vector_norm(gradient, dim=(1, 2, 3), keepdim=True)
    return torch.addcmul(x, gradient, (length.view(-1, 1, 1, 1) / norm.clamp_min(1e-12)).to(x.dtype))


def _loss(network: TwoStreamFusion, appearance: Tensor, motion: Tensor, labels: Tensor, smoothing: float) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        scores = network(appearance, motion)
    return F.cross_entropy(scores.float(), labels, label_smoothing=smoothing)
