import pytest
import torch
from torch import nn
from torch.nn import functional

from tests.worker.models.families.counting import count
from worker.models import weights, zoo
from worker.models.families.i3d import I3D, MIXED, padded

BRANCHES = {
    "branch_0": "b0", "branch_1.0": "b1a", "branch_1.1": "b1b", "branch_2.0": "b2a", "branch_2.1": "b2b",
    "branch_3.1": "b3b",
}  # fmt: skip


def conversion():
    """Names of kinetics_i3d_pytorch and ours, written out."""
    names = {f"conv3d_{n}": f"Conv3d_{n}" for n in ("1a_7x7", "2b_1x1", "2c_3x3")}
    names |= {f"mixed_{n}.{theirs}": f"Mixed_{n}.{ours}" for n in MIXED for theirs, ours in BRANCHES.items()}
    parts = {"conv3d.weight": "conv3d.weight"}
    parts |= {f"batch3d.{n}": f"bn.{n}" for n in ("weight", "bias", "running_mean", "running_var")}
    pairs = {f"{theirs}.{a}": f"{ours}.{b}" for theirs, ours in names.items() for a, b in parts.items()}
    return pairs | {f"conv3d_0c_1x1.conv3d.{n}": f"logits.conv3d.{n}" for n in ("weight", "bias")}


def test_the_counts_are_those_of_class_feature_pyramids():
    counted = count(I3D, (1, 3, 16, 224, 224))
    assert 2 * counted.products / 1e9 == pytest.approx(55.6, rel=0.001)
    assert (counted.convolutions, counted.kernels) == (58, 7_680)


def test_the_names_and_shapes_of_pytorch_i3d():
    found = {name: tuple(value.shape) for name, value in zoo.shapes("i3d").items()}
    assert found["Conv3d_1a_7x7.conv3d.weight"] == (64, 3, 7, 7, 7)
    assert found["Mixed_3b.b1b.conv3d.weight"] == (128, 96, 3, 3, 3)
    assert found["Mixed_4f.b2a.bn.running_var"] == (32,)
    assert found["Mixed_5c.b3b.conv3d.weight"] == (128, 832, 1, 1, 1)
    assert found["logits.conv3d.weight"] == (400, 1024, 1, 1, 1)
    assert found["logits.conv3d.bias"] == (400,)


@pytest.mark.parametrize("layout", ["pytorch-i3d", "kinetics_i3d_pytorch"])
def test_both_conversions_are_read(layout, tmp_path):
    torch.manual_seed(5)
    state = {name: value for name, value in I3D().state_dict().items() if "num_batches" not in name}
    saved = {theirs: state[ours] for theirs, ours in conversion().items()} if layout != "pytorch-i3d" else state
    assert len(saved) == len(state)
    torch.save(saved, tmp_path / "model_rgb.pth")
    weights.take("i3d", tmp_path / "model_rgb.pth", data=tmp_path)
    filled = weights.fill(zoo.network("i3d"), "i3d", tmp_path).state_dict()
    assert all(torch.equal(filled[name], value) for name, value in state.items())


@pytest.mark.parametrize(("size", "kernel", "stride"), [(224, 7, 2), (7, 3, 2), (8, 2, 2), (9, 2, 2), (5, 3, 1)])
def test_padding_is_tensorflows(size, kernel, stride):
    """As many cells as the stride allows, and the odd zero at the end."""
    x = torch.ones(1, 1, 1, 1, size)
    row = padded(x, (1, 1, kernel), (1, 1, stride))[0, 0, 0, 0]
    assert (len(row) - kernel) // stride + 1 == -(-size // stride)
    before, after = int(row.argmax()), len(row) - size - int(row.argmax())
    assert after - before in {0, 1}


def test_pools_are_those_of_infinite_borders_behind_a_relu():
    network = I3D().eval()
    x = torch.rand(1, 2, 4, 8, 8)
    outside = functional.pad(x, (0, 1, 0, 1, 0, 1), value=float("-inf"))
    assert torch.equal(network.MaxPool3d_4a_3x3(x), functional.max_pool3d(outside, 3, 2))
    assert torch.equal(network.Mixed_3b.b3a(x), nn.MaxPool3d(3, 1, 1)(x))


def test_longer_clips_are_averaged_over_windows_of_two():
    torch.manual_seed(0)
    network = I3D(classes=3).eval()
    seen = {}
    network.logits.register_forward_hook(lambda _m, given, out: seen.update(given=given[0], out=out))
    with torch.no_grad():
        scores = network(torch.randn(1, 3, 40, 32, 32))
    assert seen["given"].shape == (1, 1024, 4, 1, 1)
    assert torch.allclose(scores, seen["out"].mean((2, 3, 4)))
