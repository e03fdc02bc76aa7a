"""The cone on paper: which cells of which map."""

import pytest
import torch
from torch import nn

from tests.worker.networks import Gated, ready
from worker.cone import NoCone, cone
from worker.models import subgraph


def boxes(network, layer, cell, side=16):
    read = subgraph.read(network, [torch.zeros(1, 3, side, side)], layer)
    found = cone(read, cell)
    return {node.name: box for node, box in found.boxes.items()}, found, read


def two():
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 2, 3, padding=1))


def test_inside_the_frame_the_cone_is_the_receptive_field():
    found, cone_, read = boxes(two(), "3", (4, 4))
    assert found[read.inputs[0].name] == ((5, 13), (5, 13))  # 3 cells of 2 px, and 1 px around them
    assert not any(reading.padded for readings in cone_.readings.values() for reading in readings)


def test_at_the_border_it_ends_with_the_frame_and_the_rest_is_padding():
    found, cone_, read = boxes(two(), "3", (0, 7))
    assert found[read.inputs[0].name] == ((0, 5), (11, 16))
    (reading,) = cone_.readings[read.nodes[-1]]
    assert reading.pad == ((1, 0), (0, 1))


def test_a_map_that_two_operations_read_covers_both():
    class Shortcut(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.last = nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 3, 5, padding=2), nn.Conv2d(3, 2, 1)

        def forward(self, x):
            x = self.a(x)
            return self.last(x + self.b(x))

    _, cone_, read = boxes(Shortcut(), "last", (8, 8))
    first = read.nodes[0]
    assert cone_.boxes[first] == ((6, 11), (6, 11))
    crops = [reading.crop for node in cone_.order for reading in cone_.readings[node] if reading.source is first]
    assert sorted(crops) == [((0, 5), (0, 5)), ((2, 3), (2, 3))]


def test_an_operation_on_whole_maps_is_named():
    read = subgraph.read(ready(Gated()), [torch.zeros(1, 3, 12, 12, dtype=torch.float64)], "last")
    with pytest.raises(NoCone, match=r"mean|mul"):
        cone(read, (6, 6))
