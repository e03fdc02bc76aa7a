import pytest
import torch

from tests.worker.models.families import oracle
from worker.models import keys, zoo
from worker.models.families.x3d import GATES, PYSLOWFAST_NAMES, PYTORCHVIDEO_NAMES, X3D


@pytest.mark.parametrize(("size", "factor"), [("s", 2.2), ("l", 5.0)])
def test_it_computes_what_pytorchvideos_does(size, factor):
    theirs = oracle.module("x3d").create_x3d(
        input_clip_length=4, input_crop_size=64, depth_factor=factor, head_activation=None
    )
    clip = torch.randn(2, 3, 4, 64, 64)
    assert oracle.difference(theirs, X3D(size), [PYTORCHVIDEO_NAMES], clip.clone(), clip) < 1e-4


def test_parameters_are_the_published_ones():
    """3.79 and 6.15 million, by PyTorchVideo's table."""
    with torch.device("meta"):
        assert [sum(p.numel() for p in X3D(size).parameters()) for size in "sl"] == [3_794_274, 6_153_384]


def pyslowfast(name):
    """PySlowFast's name of one of our weights, written out."""
    *path, kind = name.split(".")
    top = {"conv5": "head.conv_5", "bn5": "head.conv_5_bn", "lin5": "head.lin_5", "fc": "head.projection",
           "stem.conv_xy": "s1.pathway0_stem.conv_xy", "stem.conv_t": "s1.pathway0_stem.conv",
           "stem.bn": "s1.pathway0_stem.bn"}  # fmt: skip
    if ".".join(path) in top:
        return f"{top['.'.join(path)]}.{kind}"
    stage, block, part, *rest = path
    if part == "downsample":
        branch = "branch1" if rest == ["0"] else "branch1_bn"
    elif part == "gate":
        branch = f"branch2.se.{rest[0]}"
    else:
        letter = "abc"[int(part[-1]) - 1]
        branch = f"branch2.{letter}" if part.startswith("conv") else f"branch2.{letter}_bn"
    return f"s{int(stage[-1]) + 1}.pathway0_res{block}.{branch}.{kind}"


def test_the_names_of_pyslowfast():
    wanted = zoo.shapes("x3d_m")
    theirs = {pyslowfast(key): value for key, value in wanted.items()}
    assert {"s2.pathway0_res0.branch2.se.fc1.weight", "s5.pathway0_res6.branch2.b_bn.bias"} <= theirs.keys()
    fitted = keys.fit(theirs, wanted, [PYTORCHVIDEO_NAMES, PYSLOWFAST_NAMES])
    assert all(fitted[key] is value for key, value in wanted.items())


def test_gates_squeeze_to_a_sixteenth_in_eights_and_never_by_more_than_a_tenth():
    for width, squeezed in GATES.items():
        nearest = max(8, int(width / 16 + 4) // 8 * 8)
        assert squeezed == nearest + (8 if nearest < 0.9 * width / 16 else 0)


def test_every_other_block_is_gated():
    with torch.device("meta"):
        row = X3D().layer3
    assert [hasattr(block.gate, "fc1") for block in row] == [i % 2 == 0 for i in range(11)]
