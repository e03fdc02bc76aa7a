"""The target cell of maps of every shape that networks make."""

import math

import pytest
import torch

from contract.catalogue import LayerCard
from contract.spec import Parameters
from worker.objectives import as_map, middle, objective


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((2, 7), (2, 7, 1, 1, 1)),
        ((2, 9, 7), (2, 7, 9, 1, 1)),
        ((2, 7, 4, 5), (2, 7, 1, 4, 5)),
        ((2, 7, 3, 4, 5), (2, 7, 3, 4, 5)),
        ((6, 7, 4, 5), (2, 7, 3, 4, 5)),
    ],
)
def test_outputs_become_maps(shape, expected):
    assert as_map(torch.zeros(shape), 2).shape == expected


def test_time_folded_into_the_batch_is_unfolded_in_order():
    folded = torch.arange(6.0).view(6, 1, 1, 1)
    assert as_map(folded, 2).flatten(1).tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_foreign_shape_is_refused():
    with pytest.raises(ValueError, match="batch of 2"):
        as_map(torch.zeros(3, 7), 2)


@pytest.mark.parametrize(("causal", "frame"), [(False, 1), (True, 2)])
def test_the_target_is_the_middle_cell_of_the_middle_or_last_frame(causal, frame):
    activation = torch.arange(2 * 4 * 3 * 5 * 5.0).view(2, 4, 3, 5, 5)
    assert torch.equal(middle(activation, causal=causal), activation[:, :, frame, 2, 2])


def test_a_layout_on_the_card_is_followed():
    layer = LayerCard(path="mlp", kind="linear", units=5, frames=2, height=3, width=4, stride=None,
                      receptive_field=None, receptive_frames=None, streams=(), layout="N 1+(T H W) C")  # fmt: skip
    tokens = torch.randn(2, 25, 5)
    assert torch.equal(as_map(tokens, 2, layer)[1, :, 1, 2, 3], tokens[1, -1])


class Map:
    """An execution whose map is given."""

    def __init__(self, values):
        self.values = values

    def map(self, _inputs):
        return self.values

    def cells(self, _inputs, units):
        return middle(self.values, causal=False).gather(1, units)


@pytest.fixture
def execution():
    return Map(torch.randn(2, 4, 1, 3, 3, generator=torch.Generator().manual_seed(0)))


UNITS, REFERENCE = torch.tensor([[3], [0]]), torch.tensor([2.0, 4.0])


def ask(execution, units=UNITS, **values):
    return objective(Parameters(**values))(execution, [], units, REFERENCE)


def test_a_cell_is_measured_in_units_of_its_reference(execution):
    value, activation = ask(execution)
    expected = [float(execution.values[0, 3, 0, 1, 1]) / 2, float(execution.values[1, 0, 0, 1, 1]) / 4]
    assert value.tolist() == pytest.approx(expected)
    assert torch.equal(value, activation)


def test_the_negative_turns_the_value_and_not_the_activation(execution):
    value, activation = ask(execution, negative=True)
    assert torch.equal(value, -activation)
    assert torch.equal(activation, ask(execution)[1])


def test_a_rival_counts_against_the_unit(execution):
    value, activation = ask(execution, torch.tensor([[3, 1], [0, 2]]), rival=1)
    v = execution.values[:, :, 0, 1, 1]
    assert value.tolist() == pytest.approx([float(v[0, 3] - v[0, 1]) / 2, float(v[1, 0] - v[1, 2]) / 4])
    assert torch.equal(activation, ask(execution)[1])


@pytest.mark.parametrize("contrast", [0.3, 1.0])
def test_all_others_count_against_a_class_by_the_log_of_their_sum(execution, contrast):
    value, activation = ask(execution, torch.tensor([[3, 0, 1, 2], [0, 1, 2, 3]]), contrast=contrast)
    v = execution.values[:, :, 0, 1, 1].double()
    others = [math.log(sum(math.exp(v[0, n]) for n in (0, 1, 2))), math.log(sum(math.exp(v[1, n]) for n in (1, 2, 3)))]
    expected = [(float(v[0, 3]) - contrast * others[0]) / 2, (float(v[1, 0]) - contrast * others[1]) / 4]
    assert value.tolist() == pytest.approx(expected)
    assert torch.equal(activation, ask(execution)[1])
    if contrast == 1:  # the log of the odds
        odds = [p / (1 - p) for p in (float(v[0].softmax(0)[3]), float(v[1].softmax(0)[0]))]
        assert value.tolist() == pytest.approx([math.log(odds[0]) / 2, math.log(odds[1]) / 4])


def test_a_channel_is_the_mean_over_its_map(execution):
    value, _ = ask(execution, objective="channel")
    assert value.tolist() == pytest.approx(
        [float(execution.values[0, 3].mean()) / 2, float(execution.values[1, 0].mean()) / 4]
    )


def test_a_layer_is_the_mean_square_of_all_its_units(execution):
    value, _ = ask(execution, objective="layer")
    assert value.tolist() == pytest.approx(
        [float((execution.values[i] / r).square().mean()) / 2 for i, r in enumerate((2, 4))]
    )
