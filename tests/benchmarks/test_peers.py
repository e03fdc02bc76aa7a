"""Peers are timed by the step, and left out where they are not installed."""

import torch
from torch import nn

from benchmarks import peers


def test_a_step_is_the_difference_of_two_runs():
    asked = []

    def work(module, layer, side, steps):
        asked.append((layer, side, steps))
        assert all(weight.requires_grad for weight in module.parameters())
        for _ in range(steps):
            torch.randn(300, 300) @ torch.randn(300, 300)

    network = nn.Conv2d(3, 4, 3).requires_grad_(False)
    assert peers.seconds(work, network, "0", 64) is not None
    assert asked == [("0", 64, peers.FEW), ("0", 64, peers.FEW), ("0", 64, peers.MORE)]
    assert not any(weight.requires_grad for weight in network.parameters())


def test_a_peer_that_is_not_installed_is_left_out():
    def absent(*_):
        raise ImportError("no such project")

    assert peers.seconds(absent, nn.Conv2d(3, 4, 3), "0", 64) is None
