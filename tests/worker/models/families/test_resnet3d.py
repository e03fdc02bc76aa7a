import pytest
import torch

from tests.worker.models.families.counting import count
from worker.models import keys, zoo
from worker.models.families.resnet3d import ResNet3d

COUNTS = {
    "resnet3d_50": (79.7, 53, 26_560),
    "resnet3d_101": (110.3, 104, 52_672),
    "resnet3d_152": (148.0, 155, 75_712),
    "resnext3d_101": (76.1, 104, 68_928),
}
"""2 x multiplications in 1e9 at 3x16x224x224, convolutions, kernels, as Class Feature Pyramids (2019) states them."""


@pytest.mark.parametrize(("name", "stated"), COUNTS.items())
def test_the_counts_are_those_of_class_feature_pyramids(name, stated):
    counted = count(zoo.KNOWN[name].build, (1, 3, 16, 224, 224))
    assert 2 * counted.products / 1e9 == pytest.approx(stated[0], rel=0.001)
    assert (counted.convolutions, counted.kernels) == stated[1:]


def test_the_names_and_shapes_of_3d_resnets_pytorch():
    weights = zoo.shapes("resnet3d_101")
    assert weights["conv1.weight"].shape == (64, 3, 7, 7, 7)
    assert weights["layer1.0.downsample.0.weight"].shape == (256, 64, 1, 1, 1)
    assert weights["layer1.0.downsample.1.running_var"].shape == (256,)
    assert weights["layer3.22.conv2.weight"].shape == (256, 256, 3, 3, 3)
    assert weights["layer4.2.bn3.weight"].shape == (2048,)
    assert weights["fc.weight"].shape == (400, 2048)
    assert "layer1.1.downsample.0.weight" not in weights
    next_ = zoo.shapes("resnext3d_101")
    assert next_["layer1.0.conv2.weight"].shape == (128, 4, 3, 3, 3), "32 groups of 4"
    assert next_["layer4.0.conv3.weight"].shape == (2048, 1024, 1, 1, 1)


def test_a_checkpoint_of_several_devices_fits():
    wanted = zoo.shapes("resnext3d_101")
    fitted = keys.fit({f"module.{name}": value for name, value in wanted.items()}, wanted)
    assert all(fitted[name] is value for name, value in wanted.items())


def test_any_size_runs():
    network = ResNet3d(50, classes=7).eval()
    with torch.no_grad():
        assert network(torch.randn(2, 3, 4, 40, 48)).shape == (2, 7)
