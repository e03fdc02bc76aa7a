import pytest
import torch

from contract.errors import ModelProblem
from worker.models.two_stream import Size, TwoStreamFusion
from worker.training import fusion, loop

EQUAL = Size(appearance=((4,), (6,)), motion=((4,), (6,)), fusion=6, fc=8, side=16, fc_kernel=4, flow_pairs=3)
RECIPE = fusion.Recipe(epochs=2, batch=4)


def streams(size=EQUAL, **others):
    """Weights of two streams over clips, as late fusion networks keep them."""
    torch.manual_seed(1)
    state = {n: v for n, v in TwoStreamFusion(size, 2).state_dict().items() if n.startswith(("appearance", "motion"))}
    first = torch.randn(4, 2, 3, 3, 3)
    cubes = {name: value.unsqueeze(2) for name, value in state.items() if value.ndim == 4}
    return state | cubes | {"motion.conv1_1.weight": first, **others}


class Clips:
    """Two classes that differ in brightness."""

    def __len__(self):
        return 8

    def batch(self, rows, epoch):
        labels = rows % 2
        images = labels.float().view(-1, 1, 1, 1).expand(-1, 3, 16, 16)
        return [images, torch.full((len(rows), 6, 16, 16), float(epoch))], labels


def test_a_motion_filter_over_a_clip_is_the_same_over_a_stack():
    torch.manual_seed(0)
    network, given = TwoStreamFusion(EQUAL, 2), streams()
    fusion.start(network, given)
    clip = torch.randn(1, 2, 3, 16, 16)
    over_clip = torch.nn.functional.conv3d(clip, given["motion.conv1_1.weight"], padding=(0, 1, 1))[:, :, 0]
    stack = clip.transpose(1, 2).flatten(1, 2)  # u1, v1, u2, v2, ...
    over_stack = torch.nn.functional.conv2d(stack, network.motion.conv1_1.weight, padding=1)
    assert torch.allclose(over_clip, over_stack, atol=1e-5)


def test_the_fusion_begins_as_the_sum_of_the_streams_and_fc_layers_as_those_of_appearance():
    given = streams(
        **{"appearance.fc6.weight": torch.full((8, 6, 1, 4, 4), 0.25), "appearance.fc6.bias": torch.ones(8)}
    )
    network = TwoStreamFusion(EQUAL, 2)
    fusion.start(network, given)
    maps = torch.randn(1, 12, 2, 2)
    assert torch.allclose(network.conv5_fusion(maps), maps[:, :6] + maps[:, 6:])
    assert (network.fc6.weight == 0.25).all()
    assert (network.fc6.bias == 1).all()


def test_only_what_lies_behind_the_streams_learns():
    torch.manual_seed(0)
    network, clips = TwoStreamFusion(EQUAL, 2), Clips()
    fusion.start(network, streams())
    before = {name: value.clone() for name, value in network.state_dict().items()}
    run = fusion.begin(network, clips, RECIPE, seed=0)
    loop.train(run, fusion.loss(network, clips, RECIPE, run), title="test")
    changed = {name for name, value in network.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {name for name in before if name.startswith(fusion.LEARNED)}


def test_streams_of_another_network_are_named():
    given = streams()
    given["motion.conv1_1.weight"] = torch.zeros(4, 2, 5, 3, 3)
    with pytest.raises(ModelProblem, match=r"motion\.conv1_1\.weight is \(4, 2, 5, 3, 3\); it must be \(4, 6, 3, 3\)"):
        fusion.start(TwoStreamFusion(EQUAL, 2), given)
    with pytest.raises(ModelProblem, match=r"appearance\.conv1_1\.weight is missing"):
        fusion.start(TwoStreamFusion(EQUAL, 2), {})


def test_names_of_the_streams_are_those_of_the_late_fusion_network():
    from worker.models import zoo
    from worker.models.two_stream import SIZES

    theirs = zoo.shapes("two_stream_vgg16")
    with torch.device("meta"):
        ours = TwoStreamFusion(SIZES["vgg16"], 101).state_dict()
    for name, value in ours.items():
        if name.startswith(("appearance.", "motion.")):
            assert theirs[name].numel() == value.numel()
    assert theirs["appearance.fc6.weight"].numel() == ours["fc6.weight"].numel()
