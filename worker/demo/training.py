"""Training of a two-stream network on drawn clips against the worst small change of its inputs.

Each batch is first moved, within an L2 ball, to where the loss is larger, and then learned from (Madry et al.,
ICLR 2018). Networks trained so must rely on whole shapes, and their optima are recognisable (Engstrom et al., 2019);
without it the optima of this network are colour blobs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from worker.demo.augmentation import NOISE_APPEARANCE, NOISE_MOTION, Noise, augment, fade, shake
from worker.demo.dataset import Dataset
from worker.models.two_stream import TwoStreamFusion
from worker.training import loop

DOUBT = 0.75
"""How much of a label's certainty the strongest camera motion takes. The method's smoothness does not restrain a flow
that is the same everywhere; a network that is the less sure the more the camera moves leaves the background of its
optima at rest. (Taking all certainty makes regions without slope, from which no optimization finds out.)"""

Streams = Literal["both", "appearance", "motion"]


@dataclass(frozen=True)
class Recipe:
    """Numbers of the training.

    radius_appearance, radius_motion: L2 radius of the adversarial change per clip, in network units.
    ramp: share of the steps over which the radius grows from zero.
    """

    epochs: int = 7
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
) -> None:
    """Train in place. With one of the streams alone, the other's input is zero throughout."""
    generator = torch.Generator().manual_seed(seed)
    network.train().to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    run = loop.begin(list(network.parameters()), recipe, len(data), generator)
    growth = max(1, recipe.ramp * run.schedule.total_steps)
    spoil = Spoiler(data, recipe, network.classes.out_channels, streams, generator)

    def loss(rows: Tensor, step: int) -> Tensor:
        inputs, targets, radii = spoil.batch(rows, min(1.0, step / growth))
        inputs = attack(network, inputs, targets, radii, recipe.attack_steps, streams)
        return _loss(network, *inputs, targets, recipe.smoothing)

    loop.train(run, loss, title=title)
    network.eval()


@dataclass
class Spoiler:
    """Makes batches harder: augmented, faint, noisy, some with a moving camera and a less certain class."""

    data: Dataset
    recipe: Recipe
    classes: int
    streams: Streams
    generator: torch.Generator

    def __post_init__(self) -> None:
        self._noise = [
            Noise(torch.Size((self.recipe.batch, *x.shape[1:])), most, self.generator)
            for x, most in ((self.data.images, NOISE_APPEARANCE), (self.data.flow, NOISE_MOTION))
        ]

    def batch(self, rows: Tensor, share: float) -> tuple[tuple[Tensor, Tensor], Tensor, tuple[Tensor, Tensor]]:
        """Inputs and targets of the rows, and the radii (batch,) of an attack on each input at `share` of full size."""
        appearance, motion, labels = self.data.batch(rows, dtype=torch.bfloat16)
        appearance, motion = augment(appearance, motion, self.generator)
        appearance, contrast = fade(appearance, self.generator)
        even = torch.ones(len(rows))
        appearance = self._noise[0].add(appearance, contrast, self.generator)
        targets = soft_targets(labels, self.classes)
        if self.streams != "appearance":
            motion, strength = shake(motion, self.generator)
            targets = torch.lerp(targets, torch.full_like(targets, 1 / self.classes), DOUBT * strength.sqrt()[:, None])
        motion = self._noise[1].add(motion, even, self.generator)
        radii = (share * self.recipe.radius_appearance * contrast, share * self.recipe.radius_motion * even)
        return mute(appearance, motion, self.streams), targets, radii


def soft_targets(labels: Tensor, classes: int) -> Tensor:
    """Labels (batch,) as probabilities, (batch, classes)."""
    return F.one_hot(labels, classes).float()


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
    targets: Tensor,
    radii: tuple[Tensor, Tensor],
    steps: int,
    streams: Streams,
) -> tuple[Tensor, Tensor]:
    """Inputs of the largest loss found within the L2 radii (one for all clips, or (batch,)), by normalized steps."""
    free = {"both": (0, 1), "appearance": (0,), "motion": (1,)}[streams]
    moved = list(inputs)
    for _ in range(steps):
        leaves = [x.detach().requires_grad_(index in free) for index, x in enumerate(moved)]
        loss = _loss(network, leaves[0], leaves[1], targets, 0.0)
        gradients = torch.autograd.grad(loss, [leaves[index] for index in free])
        for index, gradient in zip(free, gradients, strict=True):
            moved[index] = _along(leaves[index].detach(), gradient, radii[index] / steps)
    return moved[0].detach(), moved[1].detach()


def _along(x: Tensor, gradient: Tensor, length: Tensor) -> Tensor:
    norm = torch.linalg.vector_norm(gradient, dim=(1, 2, 3), keepdim=True)
    return torch.addcmul(x, gradient, (length.view(-1, 1, 1, 1) / norm.clamp_min(1e-12)).to(x.dtype))


def _loss(network: TwoStreamFusion, appearance: Tensor, motion: Tensor, targets: Tensor, smoothing: float) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        scores = network(appearance, motion)
    return F.cross_entropy(scores.float(), targets, label_smoothing=smoothing)
