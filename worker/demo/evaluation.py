"""How well a network names drawn clips: accuracy over all classes, and within each pair of classes."""

from __future__ import annotations

import torch
from torch import Tensor

from worker.demo.clips import CLASSES, PAIRS
from worker.demo.dataset import Dataset
from worker.demo.training import Streams, mute
from worker.models.two_stream import TwoStreamFusion


def scores(network: TwoStreamFusion, data: Dataset, *, streams: Streams = "both", batch: int = 64) -> Tensor:
    """Class scores of every clip, (n, classes)."""
    results = []
    with torch.inference_mode():
        for rows in torch.arange(len(data)).split(batch):
            appearance, motion, _ = data.batch(rows)
            results.append(network(*mute(appearance, motion, streams)))
    return torch.cat(results)


def accuracy(scored: Tensor, labels: Tensor) -> float:
    """Share of clips whose own class has the highest score."""
    return (scored.argmax(1) == labels).float().mean().item()


def pair_accuracy(scored: Tensor, labels: Tensor) -> dict[str, float]:
    """Per pair, the share of its clips for which the right one of the two classes scores higher."""
    result = {}
    for pair in PAIRS:
        members = torch.tensor([CLASSES.index(name) for name in pair])
        rows = torch.isin(labels, members)
        chosen = members[scored[rows][:, members].argmax(1)]
        result[" / ".join(pair)] = (chosen == labels[rows]).float().mean().item()
    return result
