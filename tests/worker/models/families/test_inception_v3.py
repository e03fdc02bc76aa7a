import pytest
import torch
from torchvision import models

from worker.models import keys
from worker.models.families.inception_v3 import InceptionV3, caffe_names


def test_it_computes_what_torchvisions_computes():
    torch.manual_seed(0)
    theirs = models.inception_v3(weights=None, aux_logits=False, init_weights=False, transform_input=False).eval()
    ours = InceptionV3(3, 1000).eval()
    state = {}
    for name, value in theirs.state_dict().items():
        flat = value.ndim == 4 or name == "fc.weight"
        state[name] = value.reshape(ours.state_dict()[name].shape) if flat else value
    ours.load_state_dict(state)
    x = torch.randn(1, 3, 107, 107)
    with torch.no_grad():
        assert torch.allclose(ours(x[:, :, None]), theirs(x), rtol=1e-4, atol=1e-5)


def test_flow_comes_in_stacks():
    with torch.device("meta"):
        network = InceptionV3(2, 7, frames=5, step=5).eval()
        assert network(torch.empty(1, 2, 15, 107, 107)).shape == (1, 7)


def turned(name, value):
    """A weight whose rows and columns have changed places."""
    return value.transpose(-1, -2) if value.ndim == 5 else value


def test_the_first_publication_is_the_other_one_turned_but_for_the_maxima_of_the_last_module():
    torch.manual_seed(0)
    later, first = InceptionV3(3, 5).eval(), InceptionV3(3, 5, first=True).eval()
    first.load_state_dict({name: turned(name, value) for name, value in later.state_dict().items()})
    later.get_submodule("Mixed_7c").mix = torch.nn.MaxPool3d((1, 3, 3), 1, (0, 1, 1))
    x = torch.randn(1, 3, 1, 107, 91)
    with torch.no_grad():
        assert torch.allclose(first(x.transpose(-1, -2)), later(x), rtol=1e-4, atol=1e-5)
    kernels = {n: tuple(v.shape[2:]) for n, v in first.state_dict().items() if n.endswith("conv.weight")}
    assert kernels["Mixed_6b.branch7x7_2.conv.weight"] == (1, 7, 1)
    assert kernels["Mixed_7b.branch3x3_2a.conv.weight"] == (1, 3, 1)


CAFFE = {
    "conv_Conv2D": ("Conv2d_1a_3x3", (32, 3, 3)), "conv_4_Conv2D": ("Conv2d_4a_3x3", (192, 3, 3)),
    "mixed_conv_Conv2D": ("Mixed_5b.branch1x1", (64, 1, 1)),
    "mixed_tower_conv_1_Conv2D": ("Mixed_5b.branch5x5_2", (64, 5, 5)),
    "mixed_2_tower_1_conv_2_Conv2D": ("Mixed_5d.branch3x3dbl_3", (96, 3, 3)),
    "mixed_1_tower_2_conv_Conv2D": ("Mixed_5c.branch_pool", (64, 1, 1)),
    "mixed_3_conv_Conv2D": ("Mixed_6a.branch3x3", (384, 3, 3)),
    "mixed_3_tower_conv_2_Conv2D": ("Mixed_6a.branch3x3dbl_3", (96, 3, 3)),
    "mixed_4_tower_conv_1_Conv2D": ("Mixed_6b.branch7x7_2", (128, 7, 1)),
    "mixed_4_tower_conv_2_Conv2D": ("Mixed_6b.branch7x7_3", (192, 1, 7)),
    "mixed_6_tower_1_conv_3_Conv2D": ("Mixed_6d.branch7x7dbl_4", (160, 1, 7)),
    "mixed_7_tower_1_conv_4_Conv2D": ("Mixed_6e.branch7x7dbl_5", (192, 7, 1)),
    "mixed_8_tower_conv_1_Conv2D": ("Mixed_7a.branch3x3_2", (320, 3, 3)),
    "mixed_8_tower_1_conv_1_Conv2D": ("Mixed_7a.branch7x7x3_2", (192, 7, 1)),
    "mixed_9_tower_mixed_conv_Conv2D": ("Mixed_7b.branch3x3_2a", (384, 3, 1)),
    "mixed_9_tower_mixed_conv_1_Conv2D": ("Mixed_7b.branch3x3_2b", (384, 1, 3)),
    "mixed_10_tower_1_conv_1_Conv2D": ("Mixed_7c.branch3x3dbl_2", (384, 3, 3)),
    "mixed_10_tower_1_mixed_conv_1_Conv2D": ("Mixed_7c.branch3x3dbl_3b", (384, 1, 3)),
    "mixed_10_tower_2_conv_Conv2D": ("Mixed_7c.branch_pool", (192, 1, 1)),
}  # fmt: skip
"""Layers of the authors' description of the network (inceptionv3.yaml of tsn-pytorch): units, rows and columns."""


def test_the_names_of_tsns_caffe_files_and_their_geometry():
    with torch.device("meta"):
        wanted = InceptionV3(2, 400, frames=5, step=5, first=True).state_dict()
    state = {name: torch.rand(value.shape) for name, value in wanted.items() if "num_batches" not in name}
    back = {f"{ours}.conv": theirs for theirs, (ours, _) in CAFFE.items()}
    back |= {f"{ours}.bn": theirs.replace("Conv2D", "batchnorm") for theirs, (ours, _) in CAFFE.items()}
    theirs = {}
    for name, value in state.items():
        layer, _, kind = name.rpartition(".")
        stacked = value.transpose(1, 2).flatten(1, 2) if name.startswith("Conv2d_1a_3x3.conv") else value
        flat = stacked.flatten(1) if layer == "fc" and kind == "weight" else stacked
        flat = flat.reshape(len(flat), -1, *value.shape[3:]) if value.ndim == 5 and layer != "fc" else flat
        theirs[f"{back.get(layer, 'fc_action' if layer == 'fc' else layer)}.{kind}"] = flat
    for name, (_, (units, *kernel)) in CAFFE.items():
        assert (len(theirs[f"{name}.weight"]), *theirs[f"{name}.weight"].shape[2:]) == (units, *kernel)
    bias = torch.rand(64)
    theirs["mixed_conv_Conv2D.bias"] = bias
    prefixed = {f"module.base_model.{name}": value for name, value in theirs.items()}
    for names in (theirs, prefixed):
        fitted = keys.fit(names, wanted, [caffe_names()], classes=400)
        mean = "Mixed_5b.branch1x1.bn.running_mean"
        assert torch.allclose(fitted[mean], state[mean] - bias)
        assert all(torch.equal(fitted[name], value) for name, value in state.items() if name != mean)


def test_the_network_that_is_not_turned_is_refused():
    with torch.device("meta"):
        later, first = InceptionV3(3, 5).state_dict(), InceptionV3(3, 5, first=True).state_dict()
    with pytest.raises(keys.ModelProblem, match=r"filters of \(128, 128, 1, 1, 7\) in the file are none of"):
        keys.fit(later, first)
