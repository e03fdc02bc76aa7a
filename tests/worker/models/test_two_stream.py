import pytest
import torch
from torch import fx, nn

from worker.models.two_stream import SIZES, TwoStreamFusion, init_motion_kernels, two_stream_fusion


@pytest.fixture(scope="module")
def demo() -> TwoStreamFusion:
    torch.manual_seed(0)
    return two_stream_fusion("demo", 10).eval()


def field_side(network: TwoStreamFusion, path: str, side: int) -> int:
    """Receptive field by gradient support: linear (all weights positive, no ReLU cut), centre unit."""
    for parameter in network.parameters():
        parameter.data.fill_(0.01)
    x = torch.ones(1, 3, side, side, requires_grad=True)
    kept = {}
    handle = network.get_submodule(path).register_forward_hook(lambda _m, _i, out: kept.update(out=out))
    network(x, torch.ones(1, 20, side, side))
    handle.remove()
    middle = kept["out"].shape[-1] // 2
    (gradient,) = torch.autograd.grad(kept["out"][0, 0, middle, middle], x)
    rows = torch.nonzero(gradient.abs().sum((0, 1, 3)))
    return int(rows.max() - rows.min()) + 1


@pytest.mark.parametrize(
    ("path", "field"),
    [("appearance.conv1_2", 5), ("appearance.conv3_3", 40), ("appearance.conv4_3", 92), ("appearance.conv5_3", 196)],
)
def test_vgg16_sees_what_the_published_table_says(path, field):
    network = TwoStreamFusion(SIZES["vgg16"].__class__(**{**vars(SIZES["vgg16"]), **_THIN}), 3).eval()
    assert field_side(network, path, 512) == field


def test_vgg16_fusion_and_fc6_fields():
    network = TwoStreamFusion(SIZES["vgg16"].__class__(**{**vars(SIZES["vgg16"]), **_THIN}), 3).eval()
    assert field_side(network, "conv5_fusion", 512) == 196
    assert field_side(network, "fc6", 1024) == 404


_ONE = ((1, 1), (1, 1), (1, 1, 1), (1, 1, 1), (1, 1, 1))
_THIN = {"appearance": _ONE, "motion": _ONE, "fusion": 1, "fc": 1, "pool": "average"}
"""Thin and with average pooling, which passes a gradient to every pixel; geometry is that of VGG-16."""


def test_module_paths_are_those_of_the_paper(demo):
    convolutions = [name for name, module in demo.named_modules() if isinstance(module, nn.Conv2d)]
    assert "appearance.conv1_1" in convolutions
    assert convolutions[-4:] == ["conv5_fusion", "fc6", "fc7", "classes"]


def test_it_traces_and_the_trace_computes_the_same(demo):
    inputs = torch.randn(2, 3, 96, 96), torch.randn(2, 20, 96, 96)
    traced = fx.symbolic_trace(demo)
    assert torch.equal(traced(*inputs), demo(*inputs))


def test_one_position_at_the_native_side_and_the_mean_over_more(demo):
    appearance, motion = torch.randn(1, 3, 128, 128), torch.randn(1, 20, 128, 128)
    assert demo(appearance[..., :96, :96], motion[..., :96, :96]).shape == (1, 10)
    assert demo(appearance, motion).shape == (1, 10)


def test_the_value_before_the_relu_survives_the_relu(demo):
    kept = {}
    handle = demo.conv5_fusion.register_forward_hook(lambda _m, _i, out: kept.update(out=out))
    demo(torch.randn(1, 3, 96, 96), torch.randn(1, 20, 96, 96))
    handle.remove()
    assert kept["out"].min() < 0


def test_motion_kernels_start_as_the_mean_of_the_colour_filters_constant_in_time():
    torch.manual_seed(1)
    network = two_stream_fusion("demo", 4)
    init_motion_kernels(network)
    source = network.get_submodule("appearance.conv1_1").weight
    started = network.get_submodule("motion.conv1_1").weight
    assert torch.equal(started[:, 0], started[:, 19])
    direction = torch.nn.functional.cosine_similarity(
        started[3, 0].flatten(), source[3].mean(0).flatten(), dim=0
    ).item()
    assert direction == pytest.approx(1, abs=1e-5)


def test_an_unknown_size_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="vgg16, demo"):
        two_stream_fusion("huge", 2)
