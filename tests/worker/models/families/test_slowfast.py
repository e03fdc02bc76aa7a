import pytest
import torch

from tests.worker.models.families import oracle
from worker.models import assemble, keys, weights, zoo
from worker.models.families import slowfast
from worker.models.families.slowfast import PYTORCHVIDEO_NAMES, Slow, SlowFast, pyslowfast_names


@pytest.mark.parametrize(("depth", "lateral"), [(50, 7), (101, 5)])
def test_slowfast_computes_what_pytorchvideos_does(depth, lateral):
    theirs = oracle.module("slowfast").create_slowfast(
        model_depth=depth,
        slowfast_fusion_conv_kernel_size=(lateral, 1, 1),
        head_pool_kernel_sizes=((2, 2, 2), (8, 2, 2)),
    )
    clip = torch.randn(2, 3, 8, 64, 64)
    ours = SlowFast(depth, lateral=lateral)
    assert oracle.difference(theirs, ours, [PYTORCHVIDEO_NAMES], [clip[:, :, ::4], clip], clip) < 1e-4


def test_slow_computes_what_pytorchvideos_does():
    theirs = oracle.module("resnet").create_resnet(
        model_depth=50, stem_conv_kernel_size=(1, 7, 7), head_pool_kernel_size=(4, 2, 2)
    )
    clip = torch.randn(2, 3, 4, 64, 64)
    assert oracle.difference(theirs, Slow(), [PYTORCHVIDEO_NAMES], clip.clone(), clip) < 1e-4


def test_parameters_are_the_published_ones():
    """34.57, 62.83 and 32.45 million, by PyTorchVideo's table."""
    with torch.device("meta"):
        counts = [sum(p.numel() for p in build().parameters()) for build in (SlowFast, zoo.KNOWN["slowfast_r101"].build,
                                                                             Slow)]  # fmt: skip
    assert counts == [34_566_488, 62_826_968, 32_454_096]


def pyslowfast(name):
    """PySlowFast's name of one of our weights, written out."""
    *path, kind = name.split(".")
    if path == ["fc"]:
        return f"head.projection.{kind}"
    pathway = {"slow": 0, "fast": 1}.get(path[0], 0)
    path = path[1:] if path[0] in {"slow", "fast"} else path
    if path[0].startswith("lateral"):
        return f"s{int(path[0][-1]) + 1}_fuse.{'conv_f2s' if path[1] == 'conv' else 'bn'}.{kind}"
    if len(path) == 1:
        return f"s1.pathway{pathway}_stem.{path[0][:-1]}.{kind}"
    stage, block, part, *rest = path
    if part == "downsample":
        branch = "branch1" if rest == ["0"] else "branch1_bn"
    else:
        letter = "abc"[int(part[-1]) - 1]
        branch = f"branch2.{letter}" if part.startswith("conv") else f"branch2.{letter}_bn"
    return f"s{int(stage[-1]) + 1}.pathway{pathway}_res{block}.{branch}.{kind}"


@pytest.mark.parametrize(("name", "pathways"), [("slowfast_r50", 2), ("slow_r50", 1)])
def test_the_names_of_pyslowfast(name, pathways):
    wanted = zoo.shapes(name)
    theirs = {pyslowfast(key): value for key, value in wanted.items()}
    assert len(theirs) == len(wanted)
    assert {"s1.pathway0_stem.conv.weight", "s3.pathway0_res3.branch2.b_bn.running_var", "head.projection.bias"} <= (
        theirs.keys()
    )
    assert pathways == 1 or {"s1_fuse.conv_f2s.weight", "s4.pathway1_res5.branch2.a.weight"} <= theirs.keys()
    fitted = keys.fit(theirs, wanted, [pyslowfast_names(pathways=pathways)])
    assert all(fitted[key] is value for key, value in wanted.items())


def test_a_checkpoint_as_pyslowfast_saves_it(tmp_path):
    torch.manual_seed(2)
    state = SlowFast().state_dict()
    saved = {"epoch": 196, "model_state": {pyslowfast(key): v for key, v in state.items()}, "cfg": "TRAIN:\n"}
    torch.save(saved, tmp_path / "SLOWFAST_8x8_R50.pyth")
    found = weights.take("slowfast_r50", tmp_path / "SLOWFAST_8x8_R50.pyth", data=tmp_path)
    filled = weights.fill(zoo.network("slowfast_r50"), "slowfast_r50", tmp_path).state_dict()
    assert all(torch.equal(filled[key], value) for key, value in state.items())
    assert not found.verified


def test_two_pathways_are_two_lanes_of_one_clip(tmp_path):
    sheet = zoo.sheet("slowfast_r50", weights="", trained=False)
    card = assemble.describe("x", zoo.network("slowfast_r50"), sheet, data=tmp_path)
    assert [stream.name for stream in card.streams] == ["clip"]
    assert {layer.lane for layer in card.layers} == {"slow", "fast", "joint"}
    joined = card.layer("slow.layer2.0.conv1")
    assert joined.join == "concat"
    assert set(joined.inputs) == {"fast.lateral1.conv", "slow.layer1.2.conv3"}
    before = card.layer("slow.layer1.0.conv1")
    assert (before.frames, before.height, before.receptive_frames) == (8, 56, 3 + 2 + 2 + 4), "7 frames of 5 each"
    assert card.layer("slow.conv1").receptive_frames == 1
    assert card.layer("fast.conv1").receptive_frames == 5
    assert card.class_layer == "fc"


def test_the_card_names_the_file_and_that_nobody_vouches_for_it():
    entry = zoo.published("slow_r50")
    assert entry.url == f"{slowfast.PYTORCHVIDEO}/{entry.file}"
    assert (entry.file, entry.checksum) == ("SLOW_8x8_R50.pyth", "")
