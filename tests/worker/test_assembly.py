"""What runs as one, and the weights it runs with."""

import torch
from torch import nn

from tests.worker.networks import Residual3d, ready
from worker import assembly
from worker.cone import cone
from worker.kernels import Convolution, Sum
from worker.models import subgraph


def assembled(network, x, layer, cell):
    read = subgraph.read(network, [x], layer)
    found = cone(read, cell)
    return read, assembly.operations(read, found, dtype=torch.float64, device=torch.device("cpu"))


def test_convolution_normalization_and_relu_run_as_one():
    x = torch.zeros(1, 3, 9, 33, 37, dtype=torch.float64)
    _, operations = assembled(ready(Residual3d()), x, "last", (2, 4, 5))
    kinds = [type(each.kernel) for each in operations]
    assert kinds.count(Convolution) == 6
    assert kinds.count(Sum) == 2
    assert len(kinds) == 8
    assert [each.kernel.relu for each in operations if isinstance(each.kernel, Convolution)][:2] == [True, True]
    assert all(each.kernel.relu for each in operations if isinstance(each.kernel, Sum))


def test_a_convolution_that_somebody_else_reads_keeps_its_own_value():
    class Watched(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.norm, self.last = nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.Conv2d(4, 2, 1)

        def forward(self, x):
            x = self.first(x)
            return self.last(self.norm(x).relu() + x)

    x = torch.zeros(1, 3, 5, 5, dtype=torch.float64)
    _, operations = assembled(ready(Watched()), x, "last", (2, 2))
    (convolution,) = [each.kernel for each in operations if isinstance(each.kernel, Convolution)]
    assert not convolution.relu
    assert len(operations) == 4


def test_folded_weights_are_convolution_and_normalization():
    network = ready(Residual3d())
    read = subgraph.read(network, [torch.zeros(1, 3, 9, 33, 37, dtype=torch.float64)], "first")
    convolution, normalization = read.nodes[0], read.nodes[1]
    weight, bias = assembly.weights(convolution, normalization, read)
    x = torch.randn(1, 3, 9, 33, 37, dtype=torch.float64)
    expected = network.stem_norm(network.stem(x))
    found = nn.functional.conv3d(x, weight, bias, (1, 2, 2), (1, 3, 3))
    assert torch.allclose(found, expected, atol=1e-12)
