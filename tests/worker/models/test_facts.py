"""Facts from the graph, checked against what gradients say of the same network."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from contract.catalogue import Stream
from contract.errors import ModelProblem
from tests.worker.planted import APPEARANCE, MOTION, LinearTwoStream
from worker.models import facts


class Residual3D(nn.Module):
    """Strided and dilated 3D convolutions, a skip, causal padding, pooling, and a pooled head."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv3d(3, 4, (3, 5, 5), stride=(1, 2, 2), padding=(1, 2, 2))
        self.wide = nn.Conv3d(4, 4, (1, 3, 3), padding=(0, 2, 2), dilation=(1, 2, 2))
        self.time = nn.Conv3d(4, 4, (3, 1, 1))
        self.skip = nn.Conv3d(4, 4, 1)
        self.deep = nn.Conv3d(4, 6, 3, padding=1)
        self.head = nn.Linear(6, 5)

    def forward(self, x):
        x = functional.relu(self.stem(x))
        y = self.time(functional.pad(functional.relu(self.wide(x)), (0, 0, 0, 0, 2, 0)))
        x = functional.avg_pool3d(y + self.skip(x), (1, 2, 2))
        return self.head(functional.relu(self.deep(x)).mean((2, 3, 4)))


class Gated(nn.Module):
    """Squeeze-excite: after the gate, every cell depends on every pixel."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, padding=1)
        self.gate = nn.Conv2d(4, 4, 1)
        self.last = nn.Conv2d(4, 2, 1)

    def forward(self, x):
        y = self.first(x)
        return self.last(y * torch.sigmoid(self.gate(y.mean((2, 3), keepdim=True)))).mean((2, 3))


CLIP = Stream(name="clip", kind="clip", frames=9, height=48, width=48, layout="CTHW")


def support(module: nn.Module, path: str, streams: tuple[Stream, ...]) -> dict[str, tuple[int, int]]:
    """Per stream, frames and side of the region with a gradient from the middle cell, all weights made positive."""
    for weight in module.parameters():
        weight.data = weight.data.abs() + 0.1
    inputs = [torch.rand(shape, requires_grad=True) for shape in map(facts.shape_of, streams)]
    seen = {}
    handle = module.get_submodule(path).register_forward_hook(lambda _m, _i, out: seen.update(out=out))
    module(*inputs)
    handle.remove()
    out = seen["out"]
    middle = tuple(slice(None) if i < 2 else size // 2 for i, size in enumerate(out.shape))
    gradients = torch.autograd.grad(out[middle].sum(), inputs, allow_unused=True)
    reached = {}
    for stream, gradient in zip(streams, gradients, strict=True):
        if gradient is not None and gradient.any():
            places = gradient[0].sum(0).nonzero() if gradient.ndim == 5 else gradient[0].sum(0)[None].nonzero()
            extent = places.max(0).values - places.min(0).values + 1
            reached[stream.name] = (int(extent[0]), int(extent[-1]))
    return reached


@pytest.mark.parametrize("path", ["stem", "wide", "time", "skip", "deep"])
def test_fields_equal_the_support_of_the_gradient(path):
    module = Residual3D().eval()
    cards, last = facts.layers(module, (CLIP,))
    card = next(c for c in cards if c.path == path)
    frames, side = support(module, path, (CLIP,))["clip"]
    assert (card.receptive_frames, card.receptive_field) == (frames, side)
    assert last == "head"


def test_a_pooled_head_is_global_and_knows_what_feeds_it():
    cards, _ = facts.layers(Residual3D().eval(), (CLIP,))
    by_path = {card.path: card for card in cards}
    assert by_path["head"].receptive_field is None
    assert by_path["head"].kind == "class"
    assert by_path["head"].inputs == ("deep",)
    assert by_path["deep"].inputs == ("time", "skip")
    assert by_path["stem"].stride == 2
    assert by_path["deep"].stride == 4
    assert (by_path["deep"].frames, by_path["deep"].height) == (9, 12)


def test_a_gate_makes_what_follows_global():
    stream = (APPEARANCE,)
    by_path = {card.path: card for card in facts.layers(Gated().eval(), stream)[0]}
    assert by_path["first"].receptive_field == 3
    assert by_path["last"].receptive_field is None


def test_streams_are_told_apart_until_they_join():
    cards, last = facts.layers(LinearTwoStream().eval(), (APPEARANCE, MOTION))
    by_path = {card.path: card for card in cards}
    assert by_path["appearance"].streams == ("appearance",)
    assert by_path["motion"].lane == "motion"
    assert by_path["fusion"].streams == ("appearance", "motion")
    assert by_path["fusion"].lane == "joint"
    assert by_path["fusion"].recommended
    assert by_path["motion"].receptive_frames == 4
    assert last == "fusion"


def test_a_network_that_does_not_fit_its_inputs_is_refused_in_words():
    with pytest.raises(ModelProblem, match=r"clip \(1, 3, 9, 48, 48\)"):
        facts.layers(LinearTwoStream().eval().appearance, (CLIP,))
