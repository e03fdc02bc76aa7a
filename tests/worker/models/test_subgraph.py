"""The graph of a network: what a layer needs, how windows read, what in-place operations change."""

import pytest
import torch
from torch import nn

from tests.worker.networks import Branches2d, Reused, ready
from worker.models import subgraph
from worker.models.subgraph import Window


@pytest.mark.parametrize(
    ("window", "cells", "expected"),
    [
        (Window(kernel=3, stride=1, before=1), (0, 1), (-1, 2)),
        (Window(kernel=3, stride=2, before=1), (2, 4), (3, 8)),
        (Window(kernel=3, stride=1, before=2, dilation=2), (5, 6), (3, 8)),
    ],
)
def test_a_window_reads_what_its_definition_says(window, cells, expected):
    assert window.reads(*cells) == expected
    touched = {
        i * window.stride - window.before + window.dilation * k for i in range(*cells) for k in range(window.kernel)
    }
    assert (min(touched), max(touched) + 1) == expected


def read(network, layer):
    return subgraph.read(ready(network), [torch.zeros(1, 3, 17, 19, dtype=torch.float64)], layer)


def test_what_the_layer_does_not_need_is_left_out():
    names = [subgraph.name(node) for node in read(Branches2d(), "wide").nodes]
    assert names == ["conv2d", "gelu", "conv2d"]


def test_windows_are_read_from_every_way_of_writing_them():
    found = {}
    for node in read(Branches2d(), "last").nodes:
        if subgraph.name(node) in subgraph.CONVOLUTIONS | subgraph.POOLS:
            found.setdefault(subgraph.name(node), []).append(subgraph.windows(node)[0])
    assert found["conv2d"][0] == Window(3, 1, 1)  # padding="same"
    assert found["conv2d"][1] == Window(3, 1, 2, 2)
    assert found["max_pool2d"] == [Window(3, 1, 1), Window(3, 2, 1)]
    assert found["avg_pool2d"] == [Window(2, 1, 0)]


def test_who_reads_after_a_change_in_place_reads_the_changed_value():
    nodes = read(Reused(), "last").nodes
    (changed,) = [node for node in nodes if subgraph.name(node) == "relu_"]
    (total,) = [node for node in nodes if subgraph.name(node).startswith("add")]
    assert changed in total.all_input_nodes
    assert nodes[0] not in total.all_input_nodes


def test_an_unknown_layer_or_network_has_no_graph():
    assert read(Reused(), "nothing") is None

    class Broken(nn.Module):
        def forward(self, x):
            raise ValueError("no")

    assert subgraph.read(Broken(), [torch.zeros(1, 3, 5, 5)], "x") is None
