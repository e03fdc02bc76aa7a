import itertools

import pytest
import torch

from tests.worker.pyramids.networks import Chain, card_of, clip
from worker import canvas
from worker.pyramids.descent import descend, heard
from worker.pyramids.relevance import passage
from worker.pyramids.trust import Ablation, count_of, ranked, tried
from worker.silence import silenced

UNITS = {"conv0": 6, "conv1": 8, "conv2": 5, "head": 4}
ROWS = [("conv2",), ("conv1",), ("conv0",)]


@pytest.fixture
def chain():
    module = Chain().eval().requires_grad_(False)
    card = card_of(module, UNITS)
    below = [(), *((layer.path,) for layer in card.layers)]
    fed = tuple(x.model_copy(update={"inputs": names}) for x, names in zip(card.layers, below, strict=False))
    card = card.model_copy(update={"layers": fed})
    with heard(module, card) as means:
        found = passage(module, card, clip(), label=1)
    return module, card, found, means


def test_a_unit_that_is_set_to_zero_gives_nothing_where_what_follows_is_linear(chain):
    """The head is linear in conv2's rectified map: without a unit the score falls by just its relevance."""
    module, _, found, _ = chain
    ablate = Ablation(module, found, clip(), ("conv2",))
    whole = float(found.score.detach())
    for unit in range(5):
        assert ablate([unit], keep=False) == pytest.approx(whole - float(found.relevance("conv2")[unit]), abs=1e-5)
    assert ablate([], keep=True) == pytest.approx(float(module.head.bias[1]), abs=1e-5)
    assert ablate(range(5), keep=True) == pytest.approx(whole, abs=1e-5)


def test_layers_side_by_side_are_counted_through(chain):
    module, card, found, _ = chain
    ablate = Ablation(module, found, clip(), ("conv1", "conv2"))
    with torch.no_grad(), silenced(module, card, {"conv2": [1]}, at=found.at):
        by_hand = module(canvas.to_network(clip()[0][None], card.streams[0]))[0, 1]
    assert ablate([8 + 1], keep=False) == pytest.approx(float(by_hand), abs=1e-5)


def test_curves_of_three_rules_at_the_middle_row_and_how_far_they_agree(chain):
    module, card, found, means = chain
    told = []
    trust = tried(
        module,
        found,
        descend(module, card, means, label=1),
        clip(),
        ROWS,
        most=3,
        progress=lambda *said: told.append(said),
    )
    assert (trust.layers, trust.score) == (("conv1",), pytest.approx(float(found.score.detach()), rel=1e-5))
    assert [curve.rule for curve in trust.curves] == ["default", "original", "random"]
    ablate = Ablation(module, found, clip(), ("conv1",))
    order = ranked(found, ("conv1",))
    default = trust.curves[0]
    for share, removed, kept in zip(trust.shares, default.removed, default.kept, strict=True):
        units = order[: count_of(share, 8)]
        assert removed == pytest.approx(ablate(units, keep=False), rel=1e-4, abs=1e-5)
        assert kept == pytest.approx(ablate(units, keep=True), rel=1e-4, abs=1e-5)
    assert told[-1][1:] == (49, 50)
    for each, row in zip(trust.agreement, ROWS, strict=True):
        assert each.units == UNITS[row[0]]
        assert each.strongest == 3
        assert each.shared <= min(each.kept, 3)


def test_units_are_ranked_by_what_they_give(chain):
    _, _, found, _ = chain
    relevance = found.relevance("conv1")
    order = ranked(found, ("conv1",))
    assert sorted(order) == list(range(8))
    assert all(relevance[a] >= relevance[b] for a, b in itertools.pairwise(order))


def test_nothing_stays_on_the_network(chain):
    module, card, found, _ = chain
    with silenced(module, card, {"conv1": [0]}, at=found.at):
        assert module.conv1._forward_hooks
    assert not module.conv1._forward_hooks
