import pytest
import torch
from torch import nn
from torchvision import models

from tests.worker.models.families.counting import count
from worker.models import assemble, graph, keys, zoo
from worker.models.families import vgg


def test_a_stream_has_the_weights_of_vgg16():
    with torch.device("meta"):
        original, ours = models.vgg16(num_classes=101), vgg.VGG16(3, 101)
    theirs = [value.numel() for value in original.parameters()]
    assert [value.numel() for value in ours.parameters()] == theirs


def test_a_stream_computes_what_vgg16_computes():
    """On a narrow one: the first block."""
    torch.manual_seed(0)
    network = vgg.VGG16(3, 4)
    x = torch.randn(1, 3, 1, 16, 16)
    plain = nn.functional.conv2d(x[:, :, 0], network.conv1_1.weight[:, :, 0], network.conv1_1.bias, padding=1).relu()
    plain = nn.functional.conv2d(plain, network.conv1_2.weight[:, :, 0], network.conv1_2.bias, padding=1).relu()
    kept = {}
    network.relu1_2.register_forward_hook(lambda _m, _i, out: kept.update(out=out))
    network.maps(x)
    assert torch.allclose(kept["out"][:, :, 0], plain, atol=1e-5)


def test_layers_see_the_streams_that_reach_them(tmp_path):
    sheet = zoo.sheet("fusion_vgg16_3d", weights="", trained=False)
    card = assemble.describe("x", zoo.network("fusion_vgg16_3d"), sheet, data=tmp_path)
    layers = {layer.path: layer for layer in card.layers}
    fused, tower = layers["conv5_fusion"], layers["motion.fc6"]
    assert layers["appearance.conv5_3"].receptive_field == layers["motion.conv5_3"].receptive_field == 196
    assert layers["motion.fc6"].receptive_field == 404, "its tower has no fusion in between"
    assert (fused.receptive_field, fused.receptive_frames, fused.streams) == (228, 30, ("appearance", "motion"))
    assert (fused.frames, fused.height, fused.join) == (5, 14, "concat")
    assert (tower.streams, tower.receptive_frames, tower.frames) == (("motion",), 50, 1)
    assert layers["appearance.fc6"].streams == ("appearance", "motion"), "its tower goes on behind the fusion"
    assert (card.class_layer, layers["classes"].receptive_frames) == ("classes", 70)
    motion = card.streams[1]
    assert motion.frames == 10 + 4 * vgg.DISTANCE


@pytest.mark.long
def test_the_single_tower_has_the_fields_of_the_paper(tmp_path):
    sheet = zoo.sheet("fusion_vgg16", weights="", trained=False)
    card = assemble.describe("x", zoo.network("fusion_vgg16"), sheet, data=tmp_path)
    assert [card.layer(name).receptive_field for name in ("conv5_fusion", "fc6", "classes")] == [196, 404, 404]


def test_streams_from_matconvnet_names():
    wanted = {name.removeprefix("motion."): v for name, v in zoo.shapes("two_stream_vgg16").items() if "motion" in name}
    stack = torch.arange(64 * 20 * 9.0).view(64, 20, 3, 3)
    theirs = {name.replace("fc8.", "prediction."): value for name, value in wanted.items()}
    fitted = keys.fit({**theirs, "conv1_1.weight": stack}, wanted, [vgg.STREAM_FILE])
    assert fitted["fc8.weight"].shape == (101, 4096, 1, 1, 1)
    assert torch.equal(fitted["conv1_1.weight"][:, 0, 3], stack[:, 6]), "u of the fourth flow field"
    assert torch.equal(fitted["conv1_1.weight"][:, 1, 3], stack[:, 7]), "v"


def test_the_fused_network_from_matconvnet_names():
    wanted = zoo.shapes("fusion_vgg16_3d")
    theirs = {}
    for name, value in wanted.items():
        stream, _, rest = name.partition(".")
        layer, _, kind = rest.rpartition(".")
        suffix = {"appearance": "spatial", "motion": "temporal"}.get(stream)
        theirs[f"{'prediction' if layer == 'fc8' else layer}_{suffix}.{kind}" if suffix else f"conv53D.{rest}"] = value
    fitted = keys.fit(theirs, wanted, [vgg.FUSED_FILE])
    assert all(fitted[name] is value for name, value in wanted.items())


def test_both_towers_are_averaged():
    counted = count(zoo.KNOWN["fusion_vgg16_3d"].build, (1, 3, 5, 224, 224), (1, 2, 50, 224, 224))
    late = count(zoo.KNOWN["two_stream_vgg16"].build, (1, 3, 1, 224, 224), (1, 2, 10, 224, 224))
    assert (late.convolutions, counted.convolutions) == (32, 33)
    assert counted.parameters - late.parameters == 512 * 1024 * 27 + 512
    (appearance, motion) = zoo.sheet("fusion_vgg16_3d", weights="").streams
    assert graph.shape_of(appearance) == (1, 3, 5, 224, 224)
    assert motion.fps == pytest.approx(vgg.DISTANCE * appearance.fps)
