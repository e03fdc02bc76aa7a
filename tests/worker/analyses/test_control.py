import torch
from torch import nn

from worker.analyses.control import shuffled


def test_the_weights_are_the_same_in_another_order_and_the_original_is_untouched():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 4, 1)).requires_grad_(False)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    other = shuffled(network, seed=3)
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])
        mixed = other.state_dict()[name]
        assert torch.equal(mixed.flatten().sort().values, value.flatten().sort().values)
    assert not torch.equal(other[0].weight, network[0].weight)
    assert torch.equal(shuffled(network, seed=3)[0].weight, other[0].weight)
