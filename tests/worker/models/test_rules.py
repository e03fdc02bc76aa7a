"""What the rules claim of small networks, against the support of the gradient; claims may be wider, never narrower."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from contract.catalogue import Stream
from tests.worker.models.support import support
from worker.models import facts

CLIP = Stream(name="clip", kind="clip", frames=8, height=24, width=24)


class Net(nn.Module):
    """A convolution, something in between, a convolution."""

    def __init__(self, between, channels=4):
        super().__init__()
        self.first = nn.Conv3d(3, 4, 3, padding=1)
        self.between = between
        self.last = nn.Conv3d(channels, 2, (1, 3, 3), padding=(0, 1, 1))

    def forward(self, x):
        return self.last(self.between(self.first(x))).mean((2, 3, 4))


def shifted_in_place(x):
    y = torch.zeros_like(x)
    y[:, :2, 1:] = x[:, :2, :-1]
    y[:, 2:] = x[:, 2:]
    return y


def pooled_by_frame(x):
    frames = functional.avg_pool2d(x.transpose(1, 2).flatten(0, 1), 2)
    return frames.unflatten(0, (-1, x.shape[2])).transpose(1, 2)


def attention(x):
    tokens = x.flatten(2).transpose(1, 2)
    return functional.scaled_dot_product_attention(tokens, tokens, tokens).transpose(1, 2).unflatten(2, x.shape[2:])


EXACT = {
    "slice": lambda x: x[:, :, ::2],
    "patches side by side": lambda x: x[..., ::2, ::2] + x[..., 1::2, 1::2],
    "channels last": lambda x: functional.layer_norm(x.permute(0, 2, 3, 4, 1), (4,)).permute(0, 4, 1, 2, 3),
    "tokens and back": lambda x: x.flatten(2).transpose(1, 2).transpose(1, 2).unflatten(2, x.shape[2:]),
    "frames in the batch": pooled_by_frame,
    "roll there and back": lambda x: x.roll(3, 4).roll(-3, 4),
    "uneven padding": lambda x: functional.avg_pool3d(functional.pad(x, (0, 1, 2, 0, 1, 0)), (2, 3, 3), 1),
    "same padding": lambda x: functional.conv3d(x, torch.ones(4, 4, 1, 5, 5), padding="same", dilation=1),
    "unfolded windows": lambda x: x.unflatten(3, (6, 4)).transpose(3, 4).transpose(3, 4).flatten(3, 4),
}  # fmt: skip

GLOBAL = {
    "attention": attention,
    "group norm": lambda x: functional.group_norm(x, 2),
    "roll": lambda x: x.roll(3, 4),
    "gate": lambda x: x * x.mean((2, 3, 4), keepdim=True),
    "sorted": lambda x: x.sort(-1).values,
    "in place": shifted_in_place,
}  # fmt: skip


@pytest.mark.parametrize("between", EXACT.values(), ids=EXACT)
def test_fields_equal_the_support_of_the_gradient(between):
    module = Net(between).eval()
    card = next(card for card in facts.layers(module, (CLIP,))[0] if card.path == "last")
    assert (card.receptive_frames, card.receptive_field) == support(module, "last", (CLIP,))["clip"]


@pytest.mark.parametrize("between", GLOBAL.values(), ids=GLOBAL)
def test_what_mixes_cells_or_is_not_understood_is_global(between):
    cards = {card.path: card for card in facts.layers(Net(between).eval(), (CLIP,))[0]}
    assert cards["first"].receptive_field == 3
    assert cards["last"].receptive_field is None or cards["last"].receptive_frames is None


def test_a_position_embedding_of_one_size_makes_the_map_one_of_one_size():
    class Placed(nn.Module):
        def __init__(self):
            super().__init__()
            self.where = nn.Parameter(torch.randn(1, 4, 1, 24, 24))

        def forward(self, x):
            return x + self.where

    cards = {card.path: card for card in facts.layers(Net(Placed()).eval(), (CLIP,))[0]}
    assert cards["last"].receptive_field is None
    assert cards["last"].receptive_frames == 3
