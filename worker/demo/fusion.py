"""The fusion of two streams that were trained apart, measured on drawn clips against the demo, trained as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from worker.demo.augmentation import augment
from worker.demo.clips import CLASSES
from worker.demo.dataset import Dataset, draw_dataset
from worker.demo.evaluation import accuracy, scores
from worker.demo.sample import orders
from worker.models.demo import load_network
from worker.models.two_stream import two_stream_fusion
from worker.training import fusion, loop

Finding = tuple[str, float, str, str]

SEED = 920
"""Neither training nor tuning saw clips of this seed."""

BATCH = 64


@dataclass(frozen=True)
class Drawn:
    """Drawn clips, mirrored, shifted and recoloured."""

    data: Dataset
    seed: int

    def __len__(self) -> int:
        return len(self.data)

    def batch(self, rows: Tensor, epoch: int) -> tuple[list[Tensor], Tensor]:
        """Network inputs and labels."""
        appearance, motion, labels = self.data.batch(rows)
        generator = torch.Generator().manual_seed(self.seed + 1_000_003 * (epoch * len(self) + int(rows[0])))
        return list(augment(appearance, motion, generator)), labels


def verify(*, clips: int, processes: int, seed: int, epochs: int = 5) -> Iterator[Finding]:
    """Train the fusion of the demo's streams, each of which was trained without the other, and measure both networks.

    The target leaves a hundredth: ten of the 1,000 held-out clips.
    """
    drawn = draw_dataset(orders(clips, SEED), processes=processes, title="training clips")
    held_out = draw_dataset(orders(1000, SEED + 1), processes=processes, title="held-out clips")
    torch.manual_seed(seed)
    network = two_stream_fusion("demo", len(CLASSES))
    fusion.start(network, apart())
    batches, recipe = Drawn(drawn, seed), fusion.Recipe(epochs=epochs, batch=BATCH, rate=2e-3)
    run = fusion.begin(network, batches, recipe, seed=seed)
    loop.train(run, fusion.loss(network, batches, recipe, run), title="fusion")
    network.eval()
    reached, demo = (accuracy(scores(each, held_out), held_out.labels) for each in (network, load_network("demo")))
    yield "fusion.accuracy", reached, "", ""
    yield "fusion.accuracy_of_the_demo", demo, "", ""
    yield "fusion.difference", reached - demo, "", ">= -.01"


def apart() -> dict[str, Tensor]:
    """The convolutions of the demo's streams, each from the network that was trained on it alone."""
    return {
        name: value
        for stream in ("appearance", "motion")
        for name, value in load_network(stream).state_dict().items()
        if name.startswith(f"{stream}.")
    }
