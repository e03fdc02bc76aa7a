"""Real .caffemodel files, written by Google's protobuf library; what is none is answered in a line."""

import pytest
import torch

from contract.errors import ModelProblem
from tests.worker.models import caffemodel
from tests.worker.models.families.test_bn_inception import _caffe
from worker.models import checkpoint, registry, weights
from worker.models.families.bn_inception import BNInception

torch.manual_seed(0)
KERNEL, BIAS, LINEAR = torch.randn(4, 3, 5, 5), torch.randn(4), torch.randn(7, 4)
STATISTICS = [torch.rand(1, 4, 1, 1) + 0.5 for _ in range(4)]


@pytest.mark.parametrize("older", [False, True])
def test_layers_are_read(tmp_path, older):
    path = caffemodel.save(
        tmp_path / "net.caffemodel",
        [("data", "Input", []), ("conv1/7x7_s2", "Convolution", [KERNEL, BIAS]),
         ("conv1/7x7_s2_bn", "BN", STATISTICS), ("fc-action", "InnerProduct", [LINEAR, torch.ones(7)])],
        older=older,
    )  # fmt: skip
    found = checkpoint.read(path)
    assert torch.equal(found["conv1/7x7_s2.weight"], KERNEL)
    assert torch.equal(found["conv1/7x7_s2.bias"], BIAS)
    assert torch.equal(found["fc-action.weight"], LINEAR)
    kinds = ("weight", "bias", "running_mean", "running_var")
    for kind, value in zip(kinds, STATISTICS, strict=True):
        assert torch.equal(found[f"conv1/7x7_s2_bn.{kind}"], value.flatten())
    assert len(found) == 8


def test_the_plain_normalization_keeps_sums(tmp_path):
    sums = [torch.full((4,), 6.0), torch.full((4,), 3.0), torch.tensor([2.0])]
    path = caffemodel.save(tmp_path / "net.caffemodel", [("bn", "BatchNorm", sums)])
    found = checkpoint.read(path)
    assert found["bn.running_mean"].tolist() == [3.0] * 4
    assert found["bn.running_var"].tolist() == [1.5] * 4


def test_both_streams_of_tsn_are_imported(tmp_path):
    """With 101 classes, as for UCF101."""
    files, states = [], []
    for part, channels in (("appearance", 3), ("motion", 2)):
        torch.manual_seed(channels)
        network = BNInception(channels, 101, **({"frames": 5, "step": 5} if part == "motion" else {}))
        state = {name: v for name, v in network.state_dict().items() if "num_batches" not in name}
        by_layer: dict[str, list[torch.Tensor]] = {}
        for name, value in state.items():
            if value.ndim == 5:
                value = value.transpose(1, 2).flatten(1, 2)  # a stack u1, v1, ..., as Caffe has it
            layer = _caffe(name).rpartition(".")[0]
            value = value[:, :, 0, 0] if layer == "fc-action" and value.ndim == 4 else value
            by_layer.setdefault(layer, []).append(value)
        layers = [(layer, "BN" if layer.endswith("_bn") else "Convolution", held) for layer, held in by_layer.items()]
        files.append(caffemodel.save(tmp_path / f"{part}.caffemodel", layers))
        states.append((part, state))
    found = weights.take("tsn_bn_inception", *files, data=tmp_path)
    assert "fine-tuned, 101 classes" in found.words
    module, sheet = registry.origin("tsn_bn_inception", tmp_path).build(tmp_path)
    filled = module.state_dict()
    for part, state in states:
        assert all(torch.equal(filled[f"{part}.{name}"], value) for name, value in state.items())
    assert module.classes.out_features == 101
    assert sheet.title == "TSN BN-Inception (fine-tuned, 101 classes)"


def test_what_is_no_model_is_answered_in_a_line(tmp_path):
    path = tmp_path / "net.caffemodel"
    for content, words in (
        (b'name: "net"\nlayer { name: "conv1" }', "damaged, cut short or no Caffe model"),
        (b"\x0a\x03net", "holds no weights: is it a Caffe model"),
        (b"\xff" * 40, "it ends within a number"),
    ):
        path.write_bytes(content)
        with pytest.raises(ModelProblem, match=words) as problem:
            checkpoint.read(path)
        assert "\n" not in problem.value.detail
    caffemodel.save(path, [("conv", "Convolution", [KERNEL, BIAS])])
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(ModelProblem, match="it ends within a field"):
        checkpoint.read(path)
    with pytest.raises(ModelProblem, match="Is it a file of this network"):
        weights.take("tsn_bn_inception", caffemodel.save(path, [("x", "Convolution", [KERNEL])]), data=tmp_path)
