import torch
from torch import nn

from worker.models.families.late_fusion import Average, LateFusion


def test_the_classes_are_the_weighted_mean_of_both_streams():
    torch.manual_seed(0)
    network = LateFusion(nn.Linear(3, 4), nn.Linear(2, 4), 4, shares=(1, 1.5))
    x, y = torch.randn(5, 3), torch.randn(5, 2)
    wanted = 0.4 * network.appearance(x) + 0.6 * network.motion(y)
    assert torch.allclose(network(x, y), wanted, atol=1e-6)


def test_the_mean_is_no_weight():
    layer = Average(3)
    assert list(layer.state_dict()) == list(layer.parameters()) == []
    assert "shares=(0.5, 0.5)" in repr(layer)
