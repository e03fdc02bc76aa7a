import pytest
import torch
from torch import nn

from contract.probe import UnitName
from tests.fakes import CARD, layer
from worker.probing.silence import silent


def card(layout, units, **more):
    return CARD.model_copy(update={"layers": (layer("0", units=units).model_copy(update={"layout": layout, **more}),)})


@pytest.mark.parametrize(
    ("shape", "layout", "axis"),
    [
        ((1, 5, 2, 4, 4), "", 1),
        ((1, 5, 4, 4), "", 1),
        ((1, 5), "", 1),
        ((1, 9, 5), "", 2),
        ((1, 2, 4, 4, 5), "N T H W C", 4),
    ],
)
def test_a_unit_is_silent_wherever_it_is(shape, layout, axis):
    network = nn.Sequential(nn.Identity(), nn.Identity())
    x = torch.rand(shape) + 1
    with silent(network, card(layout, 5, frames=2), [UnitName(layer="0", unit=1), UnitName(layer="0", unit=4)]):
        found = network(x)
    wanted = x.index_fill(axis, torch.tensor([1, 4]), 0.0)
    assert torch.equal(found, wanted)
    assert torch.equal(network(x), x)


def test_gradients_pass_the_others_only():
    network = nn.Sequential(nn.Identity(), nn.Identity())
    x = torch.rand(1, 3, 2, 2, requires_grad=True)
    with silent(network, card("", 3), [UnitName(layer="0", unit=2)]):
        network(x).sum().backward()
    assert x.grad is not None
    assert x.grad.sum((0, 2, 3)).tolist() == [4, 4, 0]
