"""Real MATLAB files of both formats and of both kinds of network; what is none is answered in a line."""

import importlib

import numpy as np
import pytest
import torch

from contract.errors import ModelProblem
from tests.worker.models import matlab
from worker.models import checkpoint, matconvnet, weights, zoo
from worker.models import matlab as reader

torch.manual_seed(0)
PLANE, CUBE, SINGLE = torch.randn(5, 3, 2, 4), torch.randn(4, 2, 3, 2, 5), torch.randn(1, 3, 2, 2)
BIAS, GAIN, SHIFT, MEAN, VARIANCE = (torch.rand(5) + 0.5 for _ in range(5))


@pytest.mark.parametrize("version", matlab.FORMATS)
@pytest.mark.parametrize("wrapped", [True, False])
def test_a_simplenn(tmp_path, version, wrapped):
    convolution = matlab.cell([matlab.filters(PLANE), matlab.row(BIAS)])
    layers = [
        {"name": "conv1", "type": "conv", "weights": convolution, "pad": 1.0},
        {"name": "bn1", "type": "bnorm",
         "weights": matlab.cell([matlab.row(GAIN), matlab.row(SHIFT), matlab.moments(MEAN, VARIANCE)])},
        {"name": "relu1", "type": "relu"},
        {"name": "old", "type": "conv", "filters": matlab.filters(SINGLE), "biases": np.zeros((1, 1), np.float32)},
    ]  # fmt: skip
    network = {"layers": matlab.cell(layers), "meta": {"normalization": {"imageSize": np.array([[224.0, 224, 3]])}}}
    path = matlab.save(tmp_path / "net.mat", {"net": network} if wrapped else network, version)
    found = checkpoint.read(path)
    assert torch.equal(found["conv1.weight"], PLANE)
    assert torch.equal(found["conv1.bias"], BIAS)
    assert torch.equal(found["bn1.weight"], GAIN)
    assert torch.equal(found["bn1.running_mean"], MEAN)
    assert torch.allclose(found["bn1.running_var"], VARIANCE, rtol=1e-6)
    assert torch.equal(found["old.weight"], SINGLE), "MATLAB drops the last size of one"
    assert len(found) == 8


@pytest.mark.parametrize("version", matlab.FORMATS)
def test_a_dagnn_with_a_convolution_over_time_and_a_bias_in_front_of_a_normalization(tmp_path, version):
    network = matlab.dagnn(
        [
            ("conv1", "dagnn.Conv", "input", "x1", [matlab.filters(PLANE), matlab.row(BIAS)]),
            ("bn_conv1", "dagnn.BatchNorm", "x1", "x2", [GAIN.numpy()[:, None], SHIFT.numpy()[:, None],
                                                          matlab.moments(MEAN, VARIANCE)]),
            ("relu", "dagnn.ReLU", "x2", "x3", []),
            ("conv53D", "dagnn.Conv3D", "x3", "x4", [matlab.filters(CUBE), matlab.row(torch.ones(4))]),
        ]
    )  # fmt: skip
    found = checkpoint.read(matlab.save(tmp_path / "net.mat", {"net": network}, version))
    assert torch.equal(found["conv53D.weight"], CUBE)
    assert torch.equal(found["conv53D.bias"], torch.ones(4))
    x = torch.randn(2, 3, 6, 6)
    ours = torch.nn.functional.conv2d(x, found["conv1.weight"])
    stated = ("running_mean", "running_var", "weight", "bias")
    ours = torch.nn.functional.batch_norm(ours, *(found[f"bn_conv1.{key}"] for key in stated))
    plain = torch.nn.functional.conv2d(x, PLANE, BIAS)
    wanted = torch.nn.functional.batch_norm(plain, MEAN, VARIANCE, GAIN, SHIFT)
    assert torch.allclose(ours, wanted, atol=1e-5)
    assert "conv1.bias" not in found, "the normalization's mean has it"


def test_what_is_no_network_is_answered_in_a_line(tmp_path, monkeypatch):
    def refused(variables, version="5"):
        with pytest.raises(ModelProblem) as problem:
            checkpoint.read(matlab.save(tmp_path / "net.mat", variables, version))
        assert "\n" not in problem.value.detail
        return problem.value.detail

    for version in matlab.FORMATS:
        assert "has no layers; its variables are flow, x" in refused({"flow": np.ones((2, 2)), "x": "text"}, version)
    assert "'lrn' is of the kind 'odd' with 1 weights" in refused(
        {"layers": matlab.cell([{"name": "lrn", "type": "odd", "weights": matlab.cell([np.ones((2, 2))])}])}
    )
    cut = matlab.dagnn([("conv1", "dagnn.Conv", "input", "x1", [matlab.filters(PLANE)])])
    cut["params"][0, 0]["name"] = "another"
    assert "the layer 'conv1' lacks its weights 'conv1_0'" in refused({"net": cut})
    moments = [GAIN.numpy()[:, None], SHIFT.numpy()[:, None], matlab.moments(MEAN, VARIANCE)]
    odd = [matlab.filters(PLANE), matlab.row(torch.ones(3))]  # found by the guided fuzzer
    longer = [("conv1", "dagnn.Conv", "input", "x1", odd), ("bn", "dagnn.BatchNorm", "x1", "x2", moments)]
    assert "damaged, or no network of MatConvNet: The size of tensor" in refused({"net": matlab.dagnn(longer)})
    for version in matlab.FORMATS:
        path = matlab.save(tmp_path / "net.mat", {"net": {"a": np.ones((50, 50))}}, version)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        with pytest.raises(ModelProblem, match="MATLAB file that is damaged or cut short"):
            checkpoint.read(path)

    def absent(name):
        raise ImportError(name)

    path = matlab.save(tmp_path / "net.mat", {"x": np.ones(2)}, "5")
    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(ModelProblem, match=f"need the package 'scipy'.*{reader.NEEDED}"):
        matconvnet.read(path)


@pytest.mark.long
@pytest.mark.parametrize(("name", "version"), [("st_resnet_50", "5"), ("st_multiplier_50", "7.3")])
def test_a_whole_network_is_imported(tmp_path, name, version):
    from tests.worker.models.families.test_st_resnet import _matconvnet

    state = {key: value for key, value in zoo.network(name, seed=4).state_dict().items() if "num_batches" not in key}
    by_layer: dict[str, dict[str, torch.Tensor]] = {}
    for key, value in state.items():
        layer, _, kind = _matconvnet(key).rpartition(".")
        by_layer.setdefault(layer, {})[kind] = value
    layers = []
    for layer, held in by_layer.items():
        if "running_mean" in held:
            values = [held["weight"].numpy()[:, None], held["bias"].numpy()[:, None],
                      matlab.moments(held["running_mean"], held["running_var"])]  # fmt: skip
            layers.append((layer, "dagnn.BatchNorm", f"in {layer}", f"out {layer}", values))
            continue
        weight = held["weight"]
        if weight.shape[2:] == (3, 1, 1):  # ConvTime keeps time where width is
            weight = weight[:, :, :, 0, 0][:, :, None]
        elif weight.shape[2] > 1:  # a stack u1, v1, ...
            weight = weight.transpose(1, 2).flatten(1, 2)
        else:
            weight = weight[:, :, 0]
        values = [matlab.filters(weight), *([matlab.row(held["bias"])] if "bias" in held else [])]
        layers.append((layer, "dagnn.Conv", f"in {layer}", f"out {layer}", values))
    path = matlab.save(tmp_path / "net.mat", {"net": matlab.dagnn(layers)}, version)
    weights.take(name, path, data=tmp_path)
    filled = weights.fill(zoo.network(name), name, tmp_path).state_dict()
    for key, value in state.items():
        assert torch.allclose(filled[key], value, rtol=1e-5, atol=0), key
        assert torch.equal(filled[key], value) or key.endswith("running_var"), key
