import pytest
import torch

from worker.analyses import specificity


def test_a_class_specific_unit_is_1_and_a_constant_one_0():
    profile = torch.tensor([[0.0, 2.0, 1.0], [0.0, 2.0, 0.0], [5.0, 2.0, 1.0], [-3.0, 2.0, 0.0]])
    assert specificity.selectivity(profile).tolist() == pytest.approx([1, 0, 0.5], abs=1e-6)


def test_a_silent_unit_and_a_single_class_have_no_selectivity():
    assert specificity.selectivity(torch.tensor([[-1.0], [0.0]])).isnan().all()
    assert specificity.selectivity(torch.ones(1, 3)).isnan().all()


def test_a_profile_is_the_mean_of_each_class_and_leaves_unlabelled_clips_out():
    values = torch.tensor([[1.0], [3.0], [10.0], [100.0]])
    assert specificity.profile(values, [4, 4, 7, None], [4, 7]).flatten().tolist() == [2, 10]


def test_neighbours_answer_to_the_same_clips():
    response = torch.tensor([1.0, 5.0, 2.0, 0.0, 3.0])
    peaks = torch.stack([response, 2 * response + 7, -response, torch.ones(5), torch.tensor([0.0, 0, 1, 0, 0])], 1)
    units, correlation = specificity.neighbours(peaks, count=4)
    assert units[0, 0] == 1
    assert correlation[0, 0] == pytest.approx(1)
    assert units[0, -1] == 2
    assert correlation[0, -1] == pytest.approx(-1)
    assert correlation[3].tolist() == [0, 0, 0, 0]
    assert all(unit not in row for unit, row in enumerate(units.tolist()))
