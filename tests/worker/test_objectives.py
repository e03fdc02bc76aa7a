"""The target cell of maps of every shape that networks make."""

import pytest
import torch

from contract.catalogue import LayerCard
from worker.objectives import as_map, cell


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
def test_each_sample_answers_for_its_own_unit_in_the_middle(causal, frame):
    activation = torch.arange(2 * 4 * 3 * 5 * 5.0).view(2, 4, 3, 5, 5)
    values = cell(activation, torch.tensor([3, 0]), causal=causal)
    assert values.tolist() == [activation[0, 3, frame, 2, 2], activation[1, 0, frame, 2, 2]]


def test_a_layout_on_the_card_is_followed():
    layer = LayerCard(path="mlp", kind="linear", units=5, frames=2, height=3, width=4, stride=None,
                      receptive_field=None, receptive_frames=None, streams=(), layout="N 1+(T H W) C")  # fmt: skip
    tokens = torch.randn(2, 25, 5)
    assert torch.equal(as_map(tokens, 2, layer)[1, :, 1, 2, 3], tokens[1, -1])
