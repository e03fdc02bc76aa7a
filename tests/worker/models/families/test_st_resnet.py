import pytest
import torch
from torchvision import models

from worker.models import assemble, keys, zoo
from worker.models.families import st_resnet
from worker.models.families.st_resnet import Block, SpatiotemporalResNet


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    sheet = zoo.sheet("st_resnet_50", weights="", trained=False)
    return assemble.describe("x", zoo.network("st_resnet_50"), sheet, data=tmp_path_factory.mktemp("data"))


def test_conv5_3_sees_seventeen_stacks(card):
    """255 frames at a distance of 15, as the paper counts: fifteen for each of them."""
    layer = card.layer("appearance.res5.c.conv2c")
    assert layer.receptive_frames == 16 * st_resnet.DISTANCE + st_resnet.STACK
    stacks = (layer.receptive_frames - st_resnet.STACK) // st_resnet.DISTANCE + 1
    assert stacks == 17
    assert stacks * 15 == 255


def test_motion_enters_the_second_block_of_every_stage(card):
    before = {"res2.b": "res2.a", "res3.b": "res3.a", "res4.b": "res4.a", "res5.b": "res5.a"}
    for block, earlier in before.items():
        layer = card.layer(f"appearance.{block}.conv2a")
        assert layer.join == "add"
        assert f"motion.{earlier}.conv2c" in layer.inputs
        assert layer.streams == ("appearance", "motion")
    assert card.layer("motion.res5.c.conv2c").streams == ("motion",)
    assert card.layer("appearance.res5.c.conv2c").lane == "appearance", "drawn in its own stream"
    assert card.layer("classes").lane == "joint"


def test_a_stream_has_the_weights_of_resnet50_and_eight_convolutions_over_time():
    with torch.device("meta"):
        original, ours = models.resnet50(num_classes=101), SpatiotemporalResNet().appearance
    wide = sum(p.numel() - p.numel() // 3 for name, p in ours.named_parameters() if p.shape[2:] == (3, 1, 1))
    assert sum(p.numel() for p in ours.parameters()) - wide == sum(p.numel() for p in original.parameters())
    assert sum(p.shape[2:] == (3, 1, 1) for p in ours.parameters()) == 8


@pytest.mark.parametrize("product", [False, True])
def test_the_injection_is_the_papers(product):
    """x + F(x_a + f(x_m)), with x behind its ReLU and x_a before; a product in the multiplier network."""
    torch.manual_seed(0)
    network = SpatiotemporalResNet(3, product=product).eval()
    seen = {}
    for path in ("appearance.res2.a", "motion.res2.a"):
        network.get_submodule(path).register_forward_hook(lambda _m, _i, out, path=path: seen.update({path: out}))
    block = network.get_submodule("appearance.res2.b")
    block.register_forward_hook(lambda _m, given, out: seen.update(given=given, out=out))
    with torch.no_grad():
        network(torch.randn(1, 3, 2, 32, 32), torch.randn(1, 2, 20, 32, 32))
        total, moved = seen["appearance.res2.a"], seen["motion.res2.a"].relu()
        injected = total * moved if product else total + moved
        assert total.min() < 0, "no ReLU yet"
        assert torch.equal(seen["given"][0], total.relu())
        assert torch.equal(seen["given"][1], injected)
        out = seen["out"]
        alone = block(torch.zeros_like(total), injected)
        assert torch.allclose(out - alone, total.relu(), atol=1e-5), "the shortcut carries x alone"


def test_the_multiplier_starts_at_the_identity_over_time():
    torch.manual_seed(0)
    block = Block(8, 2, 1, time="extra")
    network = torch.nn.ModuleDict({"b": block})
    st_resnet.init_center(network)
    x = torch.randn(1, 2, 5, 3, 3)
    assert torch.equal(block.time(x), x)


def test_the_names_of_matconvnet():
    for name in ("st_resnet_50", "st_multiplier_50"):
        wanted = zoo.shapes(name)
        theirs = {_matconvnet(key): value for key, value in wanted.items() if "num_batches" not in key}
        assert len(theirs) == sum("num_batches" not in key for key in wanted)
        fitted = keys.fit(theirs, wanted, [st_resnet.MATCONVNET])
        assert all(fitted[key] is value for key, value in wanted.items() if "num_batches" not in key)


def _matconvnet(key):
    stream, *path, kind = key.split(".")
    suffix = {"appearance": "spatial", "motion": "temporal"}[stream]
    if path[-1] == "time":
        return f"{path[0]}{path[1]}_branch2b_relu_{suffix}_Time.{kind}"
    if len(path) == 1:
        return f"{ {'bn1': 'bn_conv1', 'fc': 'prediction'}.get(path[0], path[0]) }_{suffix}.{kind}"
    stage, letter, part = path
    family, branch = ("bn", part[2:]) if part.startswith("bn") else ("res", part[4:])
    return f"{family}{stage[3:]}{letter}_branch{branch}_{suffix}.{kind}"
