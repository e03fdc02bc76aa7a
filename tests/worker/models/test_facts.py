"""Facts from the graph, checked against what gradients say of the same network."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from contract.catalogue import Stream
from contract.errors import ModelProblem
from tests.worker.models.support import support
from tests.worker.planted import APPEARANCE, MOTION, LinearTwoStream
from worker.models import facts, graph


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


class Branching(nn.Module):
    """Looks at the values of its input, so that no tracer can follow it."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv3d(3, 4, 3, padding=1)
        self.last = nn.Linear(4, 2)

    def forward(self, x):
        y = self.first(x)
        return self.last(y.mean((2, 3, 4)) if float(y.detach().sum()) > 0 else y.amax((2, 3, 4)))


class BranchingResidual(Residual3D):
    """Two ways from the stem on, by the values that it gives."""

    def forward(self, x):
        return super().forward(x if float(self.stem(x).detach().sum()) > 1e9 else x * 1.0)


def test_a_network_that_looks_at_values_has_the_facts_of_the_path_that_it_took():
    torch.manual_seed(0)
    cards, last = facts.layers(Branching().eval(), (CLIP,))
    assert [(c.path, c.units, c.receptive_field, c.inputs) for c in cards] == [
        ("first", 4, 3, ("clip",)),
        ("last", 2, None, ("first",)),
    ]
    assert last == "last"
    deep = next(card for card in facts.layers(BranchingResidual().eval(), (CLIP,))[0] if card.path == "deep")
    frames, side = support(BranchingResidual().eval(), "deep", (CLIP,))["clip"]
    assert (deep.receptive_frames, deep.receptive_field, set(deep.inputs)) == (frames, side, {"time", "skip"})
    assert deep.rigid, "no other input size was tried"


def test_a_network_that_cannot_be_recorded_is_listed_as_it_ran(monkeypatch):
    monkeypatch.setattr(graph, "trace", lambda _module, _streams: None)
    cards, last = facts.layers(Branching().eval(), (CLIP,))
    assert [(c.path, c.units, c.receptive_field, c.inputs, c.depth) for c in cards] == [
        ("first", 4, None, ("clip",), 1),
        ("last", 2, None, ("first",), 2),
    ]
    assert last == "last"


def test_the_class_layer_is_none_that_another_output_is_computed_from():
    class Several(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.head = nn.Conv3d(3, 4, 3), nn.Linear(4, 2)

        def forward(self, x):
            features = self.body(x).mean((2, 3, 4))
            return {"scores": self.head(features), "features": features, "names": ["a"]}

    assert facts.layers(Several().eval(), (CLIP,))[1] == "head"


class Tokens(nn.Module):
    """A small video transformer: tubelets, a class token, attention, neurons; runs a norm after a convolution."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv3d(3, 4, 1)
        self.norm = nn.BatchNorm3d(4)
        self.tubelets = nn.Conv3d(4, 8, (2, 8, 8), (2, 8, 8))
        self.token = nn.Parameter(torch.zeros(1, 1, 8))
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.inner, self.outer = nn.Linear(8, 16), nn.Linear(16, 8)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        x = self.tubelets(functional.relu(self.norm(self.stem(x)))).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(len(x), -1, -1), x], 1)
        x = x + self.attention(x, x, x)[0]
        x = x + self.outer(functional.gelu(self.inner(x)))
        return self.head(x[:, 0])


def test_tokens_keep_their_places_and_neurons_are_told():
    stream = CLIP.model_copy(update={"frames": 8})
    cards = {card.path: card for card in facts.layers(Tokens().eval(), (stream,))[0]}
    inner = cards["inner"]
    assert (inner.layout, inner.units, inner.frames, inner.height, inner.width) == ("N 1+(T H W) C", 16, 4, 6, 6)
    assert (inner.neurons, inner.finite, inner.recommended) == (True, False, True)
    assert (cards["tubelets"].receptive_field, cards["tubelets"].receptive_frames) == (8, 2)
    assert cards["stem"].norm == "norm"
    assert cards["head"].kind == "class"


def test_a_chain_of_residual_blocks_is_fed_by_its_last():
    class Chain(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.ModuleList(nn.Conv3d(4, 4, 1) for _ in range(4))
            self.stem = nn.Conv3d(3, 4, 1)

        def forward(self, x):
            x = self.stem(x)
            for block in self.blocks:
                x = x + block(x)
            return x

    cards = facts.layers(Chain().eval(), (CLIP,))[0]
    assert [card.inputs for card in cards] == [("clip",), ("stem",), ("blocks.0",), ("blocks.1",), ("blocks.2",)]
    assert [card.join for card in cards] == ["", "", "add", "add", "add"]
    assert cards[0].macs == 3 * 4 * CLIP.frames * CLIP.height * CLIP.width
