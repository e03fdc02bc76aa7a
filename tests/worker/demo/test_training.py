import pytest
import torch

from worker.demo.dataset import Dataset
from worker.demo.training import Recipe, attack, fit, mute, soft_targets
from worker.models.two_stream import Size, TwoStreamFusion

TINY = Size(appearance=((4,), (4,)), motion=((4,), (4,)), fusion=8, fc=8, side=16, fc_kernel=4, pool="average")


@pytest.fixture
def network() -> TwoStreamFusion:
    torch.manual_seed(0)
    network = TwoStreamFusion(TINY, 2, dropout=0.0)
    for name, parameter in network.named_parameters():
        if name.endswith("bias"):
            parameter.data.fill_(0.5)  # so few units would die otherwise
    return network


def clips(count: int) -> Dataset:
    """Two classes that differ in the brightness of the image and in the direction of motion."""
    labels = torch.arange(count) % 2
    images = (labels * 120 + 60).to(torch.uint8)[:, None, None, None].expand(count, 3, 16, 16).contiguous()
    flow = torch.zeros(count, 20, 16, 16, dtype=torch.int8)
    flow[:, 1::2] = (labels * 80 - 40).to(torch.int8)[:, None, None, None]
    return Dataset(images, flow, labels)


def test_an_attack_moves_each_input_by_its_radius_and_raises_the_loss(network):
    appearance, motion, labels = clips(6).batch(torch.arange(6))
    radii = (torch.full((6,), 0.5), torch.linspace(0.1, 0.6, 6))
    a, m = attack(network.eval(), (appearance, motion), soft_targets(labels, 2), radii, 1, "both")
    assert (a - appearance).flatten(1).norm(dim=1).tolist() == pytest.approx([0.5] * 6, rel=1e-3)
    assert (m - motion).flatten(1).norm(dim=1).tolist() == pytest.approx(radii[1].tolist(), rel=1e-3)
    loss = torch.nn.functional.cross_entropy
    assert loss(network(a, m), labels) > loss(network(appearance, motion), labels)


def test_an_attack_on_one_stream_leaves_the_other_alone(network):
    appearance, motion, labels = clips(4).batch(torch.arange(4))
    radii = (torch.full((4,), 0.5), torch.full((4,), 0.5))
    a, m = attack(network.eval(), (appearance, motion), soft_targets(labels, 2), radii, 1, "motion")
    assert torch.equal(a, appearance)
    assert not torch.equal(m, motion)


def test_a_muted_stream_is_zero():
    appearance, motion = torch.ones(1, 3, 4, 4), torch.ones(1, 20, 4, 4)
    assert [x.sum().item() for x in mute(appearance, motion, "motion")] == [0, 320]
    assert [x.sum().item() for x in mute(appearance, motion, "appearance")] == [48, 0]


def test_training_is_seeded_and_learns(network):
    data = clips(64)
    recipe = Recipe(epochs=12, batch=16, rate=1e-2, radius_appearance=0.1, radius_motion=0.1)
    start = {name: value.clone() for name, value in network.state_dict().items()}
    fit(network, data, recipe, seed=3)
    scores = network(*data.batch(torch.arange(64))[:2])
    assert (scores.argmax(1) == data.labels).float().mean() > 0.95
    first = {name: value.clone() for name, value in network.state_dict().items()}
    network.load_state_dict(start)
    fit(network, data, recipe, seed=3)
    assert all(torch.equal(first[name], value) for name, value in network.state_dict().items())
