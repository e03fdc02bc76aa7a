import pytest
import torch
from torch import nn
from torch.nn import functional

from contract.errors import ModelProblem
from tests.worker.planted import APPEARANCE, CLIP, MOTION, LinearTwoStream
from worker.models import graph
from worker.models.call import operation


class Frames(nn.Module):
    """Takes frames first."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 2, 3)

    def forward(self, x):
        return self.conv(x.flatten(0, 1)).mean((2, 3))


def test_inputs_and_parameters_are_known_by_name():
    found = graph.export(LinearTwoStream().eval(), (APPEARANCE, MOTION))
    assert len(found.inputs) == 2
    assert "fusion.weight" in found.parameters.values()
    assert found.output.op == "output"


def test_a_wrong_layout_is_named_with_the_one_that_works():
    with pytest.raises(ModelProblem, match=r'clip \(1, 3, 6, 16, 16\).*"layout": "TCHW"'):
        graph.export(Frames().eval(), (CLIP,))
    with pytest.raises(ModelProblem, match="opposite order"):
        graph.export(LinearTwoStream().eval(), (MOTION, APPEARANCE))
    with pytest.raises(ModelProblem, match="Check the streams"):
        graph.export(nn.Linear(7, 7), (CLIP,))


@pytest.mark.parametrize(
    ("take", "words"),
    [
        (list, r"inputs in one list.*self.network\(list\(inputs\)\)"),
        (lambda x: [x["appearance"], x["motion"]], r"in one dict.*dict\(zip\(\['appearance', 'motion'\], inputs\)\)"),
    ],
)
def test_inputs_that_are_taken_together_are_told(take, words):
    class Together(LinearTwoStream):
        def forward(self, streams):
            return super().forward(*take(streams))

    with pytest.raises(ModelProblem, match=words):
        graph.export(Together().eval(), (APPEARANCE, MOTION))


def test_what_ran_is_listed_once_in_order():
    module = LinearTwoStream().eval()
    assert [path for path, _, _ in graph.ran(module, (APPEARANCE, MOTION))] == ["appearance", "motion", "fusion"]
    assert all(not part._forward_hooks for part in module.modules())


def test_example_inputs_have_the_layout_of_the_module():
    tchw = CLIP.model_copy(update={"layout": "TCHW"})
    assert [tuple(x.shape) for x in graph.example((APPEARANCE, MOTION, CLIP, tchw))] == [
        (1, 3, 16, 16), (1, 8, 16, 16), (1, 3, 6, 16, 16), (1, 6, 3, 16, 16),
    ]  # fmt: skip
    assert not torch.cat([x.flatten() for x in graph.example((CLIP,))]).any()


def test_layers_of_a_network_of_one_size_are_told():
    class OneSize(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.last = nn.Conv3d(3, 4, 1), nn.Conv3d(4, 2, 1)
            self.where = nn.Parameter(torch.zeros(4, 6, 16, 16))

        def forward(self, x):
            return self.last(self.first(x).flatten(2).add(self.where.flatten(1)).unflatten(2, (6, 16, 16)))

    assert graph.elastic(OneSize().eval(), (CLIP,)) == {"first"}
    assert graph.elastic(LinearTwoStream().eval(), (APPEARANCE, MOTION)) == {"appearance", "motion", "fusion"}


class Borrowing(nn.Module):
    """Runs one convolution as a module, and uses the weight of another without its module."""

    def __init__(self):
        super().__init__()
        self.own, self.norm, self.lent = nn.Conv3d(3, 4, 1), nn.BatchNorm3d(4), nn.Conv3d(4, 4, 1)

    def forward(self, x):
        x = self.norm(self.own(x))
        return functional.conv3d(x if float(x.sum()) > 0 else -x, self.lent.weight)


@pytest.mark.parametrize("read", [graph.export, graph.trace])
def test_who_makes_a_call_is_known(read):
    module = Borrowing().eval()
    if read is graph.export:
        assert read(module, (CLIP,)) is None, "its path depends on values"
        module.forward = lambda x: functional.conv3d(module.norm(module.own(x)), module.lent.weight)
    found = read(module, (CLIP,))
    callers = [found.callers.get(node) for node in found.nodes if operation(node) in {"conv3d", "batch_norm"}]
    assert callers[:2] == ["own", "norm"]
    assert callers[2] != "lent"
    assert {"own.weight", "own.bias", "lent.weight", "norm.running_mean"} <= set(found.parameters.values())
    assert (len(found.inputs), found.output.op) == (1, "output")
    assert all(not part._forward_hooks for part in module.modules())


def test_what_cannot_be_recorded_has_no_graph():
    class Fails(nn.Module):
        def forward(self, x):
            raise ValueError

    assert graph.trace(Fails(), (CLIP,)) is None
