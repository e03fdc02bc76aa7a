"""The demo's network, only smaller, untrained, with a card and an activation scale."""

import torch

from contract.catalogue import ModelCard
from worker.demo.clips import CLASSES
from worker.models import facts
from worker.models.demo import STREAMS
from worker.models.model import Model, Statistics
from worker.models.two_stream import Size, TwoStreamFusion

TINY = Size(
    appearance=((2,), (2,), (2,), (3,), (3,)),
    motion=((2,), (2,), (2,), (3,), (3,)),
    fusion=6,
    fc=8,
    side=96,
    fc_kernel=3,
    pool="average",
)


def tiny_model(dead: tuple[int, ...] = ()) -> Model:
    """`dead`: units of the fusion layer that never fired."""
    torch.manual_seed(0)
    network = TwoStreamFusion(TINY, len(CLASSES)).eval().requires_grad_(False)
    layers, class_layer = facts.layers(network, STREAMS)
    maximum = {layer.path: torch.ones(layer.units) for layer in layers}
    maximum["conv5_fusion"][list(dead)] = 0
    statistics = Statistics(maximum, {path: torch.zeros_like(value) for path, value in maximum.items()}, source="tests")
    card = ModelCard(
        name="tiny",
        title="Tiny",
        fingerprint="0123456789abcdef",
        streams=STREAMS,
        layers=tuple(layers),
        class_layer=class_layer,
        classes=CLASSES,
        dead={"conv5_fusion": dead} if dead else {},
    )
    return Model(card, network, statistics)
