"""Training of the fusion of two streams: convolutions stay as imported, what lies behind the fusion is learned.

Feichtenhofer et al. (CVPR 2016) fine-tune the fusion and the fully connected layers on top of two trained streams, and
report no gain from going further down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from contract.errors import ModelProblem
from worker.models.two_stream import TwoStreamFusion
from worker.training import loop
from worker.training.loop import Run

LEARNED = ("conv5_fusion", "fc6", "fc7", "classes")


@dataclass(frozen=True)
class Recipe:
    """Numbers of the training."""

    epochs: int = 10
    batch: int = 32
    rate: float = 5e-4
    decay: float = 0.02
    smoothing: float = 0.05


class Batches(Protocol):
    """Where labelled clips come from."""

    def __len__(self) -> int:
        """Clips to learn from."""
        ...

    def batch(self, rows: Tensor, epoch: int) -> tuple[list[Tensor], Tensor]:
        """Network inputs and labels of the rows, another view of them in every epoch."""
        ...


def start(network: TwoStreamFusion, streams: Mapping[str, Tensor]) -> None:
    """Take over two streams, and freeze them. streams: weights as `appearance.conv1_1.weight`, `motion.conv1_1.weight`.

    The fusion begins as the sum of both streams (Feichtenhofer et al., CVPR 2016), and fc6 and fc7 as those of the
    appearance stream, where they are given and as large. Raises ModelProblem where a convolution is missing.
    """
    ours = network.state_dict()
    for name in ours:
        if name.startswith(("appearance.", "motion.")):
            if name not in streams or streams[name].numel() != ours[name].numel():
                found = tuple(streams[name].shape) if name in streams else "missing"
                raise ModelProblem(f"The streams do not fit: {name} is {found}; it must be {tuple(ours[name].shape)}.")
            ours[name] = _flat(streams[name], ours[name])
    for name in ("fc6.weight", "fc6.bias", "fc7.weight", "fc7.bias"):
        theirs = streams.get(f"appearance.{name}")
        if theirs is not None and theirs.numel() == ours[name].numel():
            ours[name] = _flat(theirs, ours[name])
    units, channels = ours["conv5_fusion.weight"].shape[:2]
    if channels == 2 * units:
        ours["conv5_fusion.weight"] = torch.eye(units).repeat(1, 2).view(units, channels, 1, 1)
    network.load_state_dict(ours)
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(name.startswith(LEARNED))


def learned(network: nn.Module) -> list[nn.Parameter]:
    """The weights that are trained."""
    return [parameter for parameter in network.parameters() if parameter.requires_grad]


def begin(network: TwoStreamFusion, clips: Batches, recipe: Recipe, *, seed: int) -> Run:
    """A run at its beginning. Raises ClipProblem where the clips do not fill a batch."""
    return loop.begin(learned(network), recipe, len(clips), torch.Generator().manual_seed(seed))


def loss(network: TwoStreamFusion, clips: Batches, recipe: Recipe, run: Run) -> loop.Loss:
    """What a batch costs, in mixed precision on the network's device."""
    device = next(network.parameters()).device

    def of(rows: Tensor, step: int) -> Tensor:
        network.train()
        inputs, labels = clips.batch(rows, step // run.order.batches)
        with torch.autocast(device.type, torch.bfloat16):
            scores = network(*(x.to(device) for x in inputs))
        return F.cross_entropy(scores.float(), labels.to(device), label_smoothing=recipe.smoothing)

    return of


def _flat(theirs: Tensor, ours: Tensor) -> Tensor:
    """Weights of a stream over clips as those of one over stacks u1, v1, u2, v2, ...: of the shape of ours."""
    if theirs.ndim == 5 and ours.ndim == 4:
        theirs = theirs.transpose(1, 2)
    return theirs.reshape(ours.shape).to(ours.dtype)
