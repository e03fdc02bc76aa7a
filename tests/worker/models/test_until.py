"""A network ends where it is told to, and nothing stays on it."""

import pytest
import torch
from torch import nn

from worker.models.until import Until, cut


class Branching(nn.Module):
    """Looks at its values, and would fail behind its first layer."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.idle = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 9), nn.Conv2d(3, 3, 1)

    def forward(self, x):
        y = self.first(x)
        return self.second(y) if float(y.detach().sum()) < 1e9 else y


def test_it_ends_with_the_layer_and_leaves_nothing_behind():
    network, x = Branching(), torch.randn(1, 3, 5, 5)
    assert torch.equal(Until(network, "first")(x), network.first(x))
    assert not network.first._forward_hooks


def test_a_layer_that_does_not_run_is_named():
    with pytest.raises(RuntimeError, match="'idle' did not run"):
        Until(Branching(), "idle")(torch.randn(1, 3, 20, 20))
    with pytest.raises(AttributeError):
        Until(Branching(), "nothing")(torch.randn(1, 3, 20, 20))


class Two(nn.Module):
    """The first stream takes large inputs only."""

    def __init__(self):
        super().__init__()
        self.eye, self.ear = nn.Conv2d(3, 4, 9), nn.Conv2d(2, 4, 3)

    def forward(self, x, y):
        return self.eye(x).mean((2, 3)) + self.ear(y).mean((2, 3))


def test_a_cut_network_does_without_the_other_stream():
    network, x, y = Two(), torch.randn(1, 3, 5, 5), torch.randn(1, 2, 5, 5)
    assert torch.equal(cut(network, "ear")(x, y), network.ear(y))
    assert cut(Branching(), "first") is None, "its path depends on values"
