import pytest
import torch
from torch import nn
from torch.nn import functional

from worker.models.families.convolution import (
    CUBE,
    PLANE,
    Halved,
    Unit,
    convolution,
    initialize,
    mean_pool,
    stacked,
)  # fmt: skip


def test_convolutions_keep_the_size():
    assert convolution(3, 4, (5, 3, 7))(torch.randn(1, 3, 5, 6, 7)).shape == (1, 4, 5, 6, 7)


@pytest.mark.parametrize("distance", [10, 15])
def test_a_stacked_layer_is_the_originals_layer_on_every_chunk(distance):
    """u1, v1, ..., u10, v10 as twenty channels of a frame."""
    torch.manual_seed(0)
    layer = stacked(2, 4, (3, 3), 1, 10, distance).double()
    clip = torch.randn(1, 2, 10 + 2 * distance, 6, 6, dtype=torch.float64)
    flat = layer.weight.transpose(1, 2).flatten(1, 2)
    for chunk in range(3):
        stack = clip[0, :, chunk * distance : chunk * distance + 10].transpose(0, 1).flatten(0, 1)
        wanted = functional.conv2d(stack[None], flat, layer.bias, padding=1)
        assert torch.allclose(layer(clip)[:, :, chunk], wanted, atol=1e-12)


def test_pools_over_the_frame():
    x = torch.randn(1, 2, 3, 7, 8)
    assert torch.allclose(mean_pool(x)[0], nn.AvgPool2d(3, 1, 1)(x[0]), atol=1e-6)
    assert torch.equal(Halved()(x)[0], nn.MaxPool2d(3, 2, ceil_mode=True)(x[0]))


def test_random_weights_keep_the_variance_through_many_layers():
    torch.manual_seed(0)
    network = nn.Sequential(*[Unit(convolution(16, 16, PLANE)) for _ in range(12)]).eval()
    initialize(network)
    deviation = network(torch.randn(1, 16, 1, 48, 48)).std()
    assert 0.1 < deviation < 10
    assert Unit(convolution(3, 4, CUBE), epsilon=1e-3).bn.eps == 1e-3
