"""A truncated network is the network, as far as the layer goes; and no further."""

import pytest
import torch
from torch import nn

from tests.worker.planted import LinearTwoStream
from worker.execute import fast_dtype, recurrent, truncate

CPU = torch.device("cpu")


class Untraceable(nn.Module):
    """Branches on its input, which symbolic tracing cannot follow."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3)
        self.second = nn.Conv2d(4, 4, 3)

    def forward(self, x):
        y = self.first(x)
        if float(y.detach().sum()) > 1e9:
            return y
        raise_if_run(y)
        return self.second(y)


def raise_if_run(y):
    if y.shape[-1] == 1:
        raise AssertionError("the network ran past its target")


@pytest.fixture
def inputs():
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(2, 3, 16, 16, generator=generator), torch.randn(2, 8, 16, 16, generator=generator)]


@pytest.mark.parametrize("layer", ["appearance", "motion", "fusion"])
def test_output_equals_that_of_the_whole_network(layer, inputs):
    network = LinearTwoStream().eval()
    seen = {}
    handle = network.get_submodule(layer).register_forward_hook(lambda _m, _i, out: seen.update(out=out))
    network(*inputs)
    handle.remove()
    assert torch.equal(truncate(network, layer, device=CPU)(inputs), seen["out"])


def test_the_other_stream_is_not_computed(inputs):
    forward = truncate(LinearTwoStream().eval(), "motion", device=CPU)
    inputs[0] = torch.zeros(2, 5, 1, 1)  # would not fit the appearance stream
    assert forward(inputs).shape == (2, 4, 16, 16)


def test_a_network_that_cannot_be_traced_is_left_at_the_layer():
    network = Untraceable().eval()
    x = torch.randn(1, 3, 3, 3)  # the second convolution cannot run on the 1x1 map that is left
    assert truncate(network, "first", device=CPU)([x]).shape == (1, 4, 1, 1)
    assert not network.first._forward_hooks


def test_the_original_is_left_alone(inputs):
    network = LinearTwoStream()
    network.train()
    before = {name: p.clone() for name, p in network.named_parameters()}
    truncate(network, "fusion", device=CPU, dtype=torch.bfloat16)(inputs)
    assert network.training
    assert all(p.requires_grad and p.dtype == torch.float32 for p in network.parameters())
    assert all(torch.equal(before[name], p) for name, p in network.named_parameters())


def test_low_precision_stays_near_full_precision(inputs):
    network = LinearTwoStream().eval()
    full, low = (truncate(network, "fusion", device=CPU, dtype=t)(inputs) for t in (torch.float32, torch.bfloat16))
    assert low.dtype == torch.float32
    assert float((full - low).norm() / full.norm()) < 0.02


def test_an_unknown_path_is_an_error():
    with pytest.raises(AttributeError):
        truncate(LinearTwoStream(), "nowhere", device=CPU)


def test_networks_of_depthwise_convolutions_stay_in_full_precision_on_a_cpu():
    depthwise = nn.Sequential(nn.Conv3d(4, 4, 3, groups=4), nn.Conv3d(4, 8, 1))
    assert fast_dtype(depthwise, CPU) == torch.float32


def test_recurrent_layers_in_training_mode_compute_the_same():
    network = nn.LSTM(3, 4, num_layers=2, dropout=0.9).eval()
    x = torch.randn(5, 1, 3)
    before = network(x)[0]
    after = [recurrent(network)(x)[0] for _ in range(2)]
    assert network.training
    assert all(torch.allclose(each, before) for each in after)
