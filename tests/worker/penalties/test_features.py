"""Feature statistics: zero for maps as in training, by hand otherwise, and lower after a run with them."""

from pathlib import Path

import pytest
import torch
from torch import nn

from contract.errors import Unsuited
from contract.spec import VisualizationRequest, bind
from tests.worker.planted import CLIP, last, linear_two_stream, spec
from worker import canvas
from worker.execute import Observed
from worker.models.assemble import assemble
from worker.models.model import Moments
from worker.models.sheet import Sheet
from worker.optimize import optimize
from worker.penalties.features import Features

CPU = torch.device("cpu")


class Normalized(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.first, self.norm = nn.Conv3d(3, 4, 3, padding=1, bias=False), nn.BatchNorm3d(4)
        self.second = nn.Conv3d(4, 5, 3, padding=1)
        self.norm.weight.data.uniform_(0.5, 1.5)
        self.norm.bias.data.normal_()

    def forward(self, x):
        return self.second(self.norm(self.first(x)).relu()).mean((2, 3, 4))


@pytest.fixture
def model(tmp_path: Path):
    """A network whose normalization has seen a thousand clips of noise."""
    network = Normalized()
    network.train()
    network.norm.momentum = None
    with torch.no_grad():
        for seed in range(30):
            network(clip(seed, batch=8))
    sheet = Sheet(title="Normalized", streams=(CLIP,))
    return assemble("normalized", network.eval(), sheet, data=tmp_path)


def clip(seed, batch=1):
    return 0.15 * torch.randn(batch, 3, 6, 16, 16, generator=torch.Generator().manual_seed(seed))


def test_clips_like_those_of_training_cost_next_to_nothing(model):
    features = Features(Observed(model.module, "second", ["first"], device=CPU), model.moments, 1.0)
    usual, loud = float(features([clip(99)])), float(features([3 * clip(99)]))
    assert usual < 0.05
    assert loud > 10 * usual
    assert not model.module.get_submodule("first")._forward_hooks


def test_the_penalty_by_hand():
    network = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False)).eval()
    network[0].weight.data.fill_(2.0)
    x = torch.tensor([0.0, 1.0, 2.0, 5.0]).view(1, 1, 2, 2)  # twice that: mean 4, variance 14
    moments = {"0": Moments(torch.tensor([1.0]), torch.tensor([2.0]))}
    features = Features(Observed(network, "0", ["0"], device=CPU), moments, 3.0)
    assert float(features([x])) == pytest.approx(3 * (1.5**2 + 2.5**2))


def test_an_optimum_with_them_looks_more_like_training_inside(model):
    def made(weight):
        request = VisualizationRequest(model="normalized", layer="second", unit=1)
        values = {"prior": "features", "steps": 40, "feature_weight": weight, "chi": 0.0}
        parameters = request.parameters.model_copy(update=values)
        wanted = bind(request.model_copy(update={"parameters": parameters}), model.card.fingerprint)
        (optimum,) = last(optimize(model, [wanted]))
        return float(features([canvas.to_network(optimum.inputs["clip"][None], CLIP)]))

    features = Features(Observed(model.module, "second", ["first"], device=CPU), model.moments, 1.0)
    assert made(20.0) < 0.8 * made(0.0)


def test_a_network_without_normalization_is_told_so():
    with pytest.raises(Unsuited, match="batch normalization"):
        list(optimize(linear_two_stream(), [spec("fusion", 1, prior="features")]))
