import torch
from torch import nn

from worker.training.accuracy import accuracy


def test_the_share_that_is_named_right():
    labels = torch.arange(10) % 2
    scores = torch.eye(2)[torch.tensor([0, 1, 0, 1, 0, 1, 1, 0, 1, 0])]
    network = nn.Sequential(nn.Dropout(0.9), nn.Linear(2, 2, bias=False))
    network[1].weight.data = torch.eye(2)
    assert accuracy(network, lambda rows: ([scores[rows]], labels[rows]), 10, batch=4) == 0.6
