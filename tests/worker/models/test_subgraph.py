"""The graph of a network: what a layer needs, how windows read, what in-place operations change."""

import torch
from torch import nn

from tests.worker.models.test_until import Two
from tests.worker.networks import Branches2d, Reused, ready
from worker.models import subgraph
from worker.models.call import operation


def read(network, layer):
    return subgraph.read(ready(network), [torch.zeros(1, 3, 17, 19, dtype=torch.float64)], layer)


def test_what_the_layer_does_not_need_is_left_out():
    names = [operation(node) for node in read(Branches2d(), "wide").nodes]
    assert names == ["conv2d", "gelu", "conv2d"]


def test_who_reads_after_a_change_in_place_reads_the_changed_value():
    nodes = read(Reused(), "last").nodes
    (changed,) = [node for node in nodes if operation(node) == "relu"]
    (total,) = [node for node in nodes if operation(node) == "add"]
    assert changed in total.all_input_nodes
    assert nodes[0] not in total.all_input_nodes


def test_an_unknown_layer_or_network_has_no_graph():
    assert read(Reused(), "nothing") is None

    class Broken(nn.Module):
        def forward(self, x):
            raise ValueError("no")

    assert subgraph.read(Broken(), [torch.zeros(1, 3, 5, 5)], "x") is None


def test_a_stream_that_is_not_needed_may_be_given_too_little():
    found = subgraph.read(ready(Two()), [torch.zeros(1, n, 5, 5, dtype=torch.float64) for n in (3, 2)], "ear")
    assert found.inputs[0] is None
    assert [operation(node) for node in found.nodes] == ["conv2d"]
