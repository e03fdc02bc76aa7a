import pytest
import torch

from tests.worker.models.families.counting import count
from worker.models import keys, weights, zoo
from worker.models.families.mfnet import MFNet


def test_the_counts_are_those_of_class_feature_pyramids():
    counted = count(MFNet, (1, 3, 16, 224, 224))
    assert 2 * counted.products / 1e9 == pytest.approx(22.1, rel=0.001)
    assert (counted.convolutions, counted.kernels) == (69, 19_112)
    assert counted.parameters == pytest.approx(8.0e6, rel=0.01), "as the release states"


def test_the_names_and_shapes_of_the_release():
    found = {name: tuple(value.shape) for name, value in zoo.shapes("mfnet").items()}
    assert found["conv1.conv.weight"] == (16, 3, 3, 5, 5)
    assert found["conv2.B01.conv_w1.conv.weight"] == (96, 16, 1, 1, 1)
    assert found["conv3.B04.conv_m1.conv.weight"] == (192, 12, 3, 3, 3), "sixteen fibers"
    assert found["conv4.B06.conv_m2.conv.weight"] == (384, 24, 1, 3, 3)
    assert found["conv5.B01.conv_i2.conv.weight"] == (384, 192, 1, 1, 1)
    assert found["conv5.B03.conv_i1.bn.running_mean"] == (768,)
    assert found["tail.bn.weight"] == (768,)
    assert found["classifier.weight"] == (400, 768)


def test_a_checkpoint_as_the_release_saves_it(tmp_path):
    torch.manual_seed(3)
    state = MFNet().state_dict()
    saved = {"epoch": 4, "state_dict": {f"module.{name}": v for name, v in state.items()}, "optimizer": {"lr": 0.1}}
    torch.save(saved, tmp_path / "MFNet3D_Kinetics-400_72.8.pth")
    found = weights.take("mfnet", tmp_path / "MFNet3D_Kinetics-400_72.8.pth", data=tmp_path)
    filled = weights.fill(zoo.network("mfnet"), "mfnet", tmp_path).state_dict()
    assert all(torch.equal(filled[name], value) for name, value in state.items())
    assert "unverified: no public checksum is known" in found.words


def test_what_it_computes_is_what_the_names_say():
    torch.manual_seed(0)
    network = MFNet(classes=5).double().eval()
    unit = network.conv2.B01
    x = torch.randn(1, 16, 4, 8, 8, dtype=torch.float64)
    mixed = x + unit.conv_i2(unit.conv_i1(x))
    assert torch.equal(unit(x), unit.conv_m2(unit.conv_m1(mixed)) + unit.conv_w1(x))
    assert unit(x).shape == (1, 96, 2, 8, 8), "the first stage halves the frames"
    assert network(torch.randn(2, 3, 16, 64, 64, dtype=torch.float64)).shape == (2, 5)


def test_another_network_is_refused():
    with pytest.raises(keys.ModelProblem, match="Is it a file of this network"):
        keys.fit(zoo.shapes("i3d"), zoo.shapes("mfnet"))
