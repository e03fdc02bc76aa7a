import pytest
import torch
from torch import nn

from tests.fakes import CARD, layer
from worker.analyses.planted import CARD as PLANTED
from worker.analyses.planted import LOOK, wired
from worker.silence import silenced


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
        ((3, 2, 4, 4, 5), "N T H W C", 4),
        ((1, 33, 5), "N 1+(T H W) C", 2),
        ((4, 8, 5), "(N T H W) (2 2 2)+(0 1 1) C", 2),
    ],
)
def test_a_unit_is_silent_wherever_it_is(shape, layout, axis):
    network = nn.Sequential(nn.Identity(), nn.Identity())
    x = torch.rand(shape) + 1
    with silenced(network, card(layout, 5, frames=2), {"0": [1, 4]}):
        found = network(x)
    wanted = x.index_fill(axis, torch.tensor([1, 4]), 0.0)
    assert torch.equal(found, wanted)
    assert torch.equal(network(x), x)


def test_it_is_0_in_a_network_and_comes_back():
    module = wired().module
    x = [torch.ones(1, 3, 16, 16), torch.ones(1, 8, 16, 16)]
    before = module(*x)
    with silenced(module, PLANTED, {"top": [LOOK]}):
        assert module(*x)[0, 0] == 0
        assert module(*x)[0, 1] == before[0, 1]
    assert torch.equal(module(*x), before)


def test_a_layer_may_be_taken_at_another_module_and_that_may_give_several_values():
    class Pair(nn.Module):
        def forward(self, x):
            return x, "more"

    pair = Pair()
    network = nn.ModuleDict({"0": nn.Identity(), "end": pair})
    with silenced(network, card("", 3), {"0": [2]}, at={"0": "end"}):
        value, more = pair(torch.ones(1, 3))
        assert torch.equal(network["0"](torch.ones(1, 3)), torch.ones(1, 3))
    assert value.tolist() == [[1, 1, 0]]
    assert more == "more"


def test_gradients_pass_the_others_only():
    network = nn.Sequential(nn.Identity(), nn.Identity())
    x = torch.rand(1, 3, 2, 2, requires_grad=True)
    with silenced(network, card("", 3), {"0": [2]}):
        network(x).sum().backward()
    assert x.grad is not None
    assert x.grad.sum((0, 2, 3)).tolist() == [4, 4, 0]
