"""The numbers of a card, where the value that it describes was made by hand."""

import pytest
import torch
from torch import fx, nn

from contract.catalogue import Stream
from worker.models import card
from worker.models import place as places
from worker.models.field import Field
from worker.models.reach import Value

CLIP = Stream(name="clip", kind="clip", frames=4, height=8, width=8)
STACK = Stream(name="flow", kind="motion", frames=6, height=8, width=8, layout="CHW")


def call(target, shape, weight):
    """A node of a graph that was written by hand."""
    graph = fx.Graph()
    source, parameter = graph.placeholder("x"), graph.placeholder("w")
    parameter.meta["val"] = torch.empty(weight)
    node = graph.call_function(target, (source, parameter))
    node.meta["val"] = torch.empty(shape)
    graph.output(node)
    return node


def test_a_convolution_has_the_larger_of_both_sides_and_its_multiplications():
    shape = (1, 5, 4, 4, 4)
    reach = {"clip": (Field(1, -1, 1), Field(2, -1, 1), Field(2, -3, 3))}
    value = Value(reach, places.lattice(shape, {2: 0, 3: 1, 4: 2}), ("clip",), 1, "")
    node = call(torch.ops.aten.conv3d.default, shape, (5, 3, 3, 3, 7))
    made = card.of_call("conv", node, value, (CLIP,), "norm")
    assert (made.kind, made.units, made.frames, made.height) == ("conv", 5, 4, 4)
    assert (made.receptive_frames, made.receptive_field, made.stride) == (3, 7, 2)
    assert (made.norm, made.neurons, made.lane, made.depth) == ("norm", False, "clip", 1)
    assert made.macs == 5 * 4 * 4 * 4 * 3 * 3 * 3 * 7


@pytest.mark.parametrize(
    ("follows", "neurons"), [(torch.ops.aten.gelu.default, True), (torch.ops.aten.sum.default, False)]
)
def test_an_activation_function_makes_neurons(follows, neurons):
    node = call(torch.ops.aten.linear.default, (1, 6), (6, 3))
    with node.graph.inserting_after(node):
        node.graph.call_function(follows, (node,))
    assert card.of_call("fc", node, Value({"clip": (None,) * 3}), (CLIP,), "").neurons is neurons


def test_heads_have_the_cells_of_the_map_that_reads_them():
    tokens = places.lattice((1, 4, 2, 2), {1: 0, 2: 1, 3: 2}).flatten(1)[..., None].expand(1, 16, 6)
    node = call(torch.ops.aten.linear.default, (1, 16, 6), (6, 6))
    made = card.of_heads("fc.heads", 3, node, Value({"clip": (None,) * 3}, tokens), (CLIP,))
    assert (made.kind, made.units, made.layout) == ("heads", 3, "N (T H W) C")
    assert (made.frames, made.height, made.width, made.finite, made.macs) == (4, 2, 2, False, 0)


def test_of_a_shape_alone_every_field_is_global_except_a_stack_of_known_length():
    made = card.of_module("conv", nn.Conv2d(12, 5, 3), (1, 5, 6, 6), (STACK,))
    assert (made.units, made.height, made.receptive_field, made.receptive_frames) == (5, 6, None, 6)
    assert made.macs == 5 * 6 * 6 * 12 * 9
    assert card.of_module("conv", nn.Conv3d(3, 5, 1), (8, 5, 2, 3, 4), (CLIP,)) is None
