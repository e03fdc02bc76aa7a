import pytest
import torch
from torch import nn

from contract.errors import ModelProblem
from tests.worker.training.test_loop import Recipe, X, Y
from worker.training import loop
from worker.training.resumption import Kept


class Killed(BaseException):
    """As if the process had gone."""


def train(kept=None, *, stop=None, every=1):
    """The weights after 12 steps with dropout, or after `stop` of them."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(5, 16), nn.Dropout(0.5), nn.Linear(16, 2))
    run = loop.begin(list(network.parameters()), Recipe(), 18, torch.Generator().manual_seed(3))
    going_on = kept.load(run) if kept else False

    def loss(rows, step):
        if step == stop:
            raise Killed
        return (network(X[rows]) - Y[rows]).square().mean()

    def after(run):
        if kept and run.step % every == 0:
            kept.save(run)

    loop.train(run, loss, title="test", after=after)
    return [parameter.detach().clone() for parameter in network.parameters()], going_on


@pytest.mark.parametrize(("stop", "every"), [(1, 1), (4, 1), (7, 1), (7, 3), (11, 4)])
def test_a_killed_run_goes_on_bit_for_bit(tmp_path, stop, every):
    whole, _ = train()
    kept = Kept(tmp_path / "deep" / "run.pt", "this")
    with pytest.raises(Killed):
        train(kept, stop=stop, every=every)
    torch.manual_seed(99)
    again, going_on = train(kept, every=every)
    assert going_on
    assert all(torch.equal(a, b) for a, b in zip(whole, again, strict=True))


def test_another_runs_state_and_damaged_ones_are_refused(tmp_path):
    path = tmp_path / "run.pt"
    train(Kept(path, "this"))
    with pytest.raises(ModelProblem, match=r"other clips, weights or options \(this\)"):
        train(Kept(path, "that"))
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ModelProblem, match="cannot be read: remove it"):
        train(Kept(path, "this"))
    Kept(path, "this").done()
    assert not train(Kept(path, "this"))[1]
