import pytest
import torch

from worker.analyses import speed


def test_a_selective_and_an_invariant_unit_are_told_apart():
    replays = {0.5: torch.tensor([[0.0, 3.0]]), 1.0: torch.tensor([[0.0, 3.0]]), 2.0: torch.tensor([[4.0, 3.0]])}
    curve, rest = speed.tuning(replays, torch.zeros(1, 2))
    assert curve[:, 0].tolist() == [0, 0, 1]
    assert curve[:, 1].tolist() == [1, 1, 1]
    assert speed.invariance(curve).tolist() == [pytest.approx(1 / 3), 1]
    assert rest.tolist() == [0, 0]


def test_what_a_unit_does_at_rest_does_not_make_it_invariant():
    replays = {1.0: torch.tensor([[10.0, 2.0]]), 2.0: torch.tensor([[11.0, 2.0]]), 4.0: torch.tensor([[12.0, 2.0]])}
    curve, rest = speed.tuning(replays, torch.tensor([[10.0, 0.0]]))
    assert curve[:, 0].tolist() == [0, 0.5, 1]
    assert curve[:, 1].tolist() == [1, 1, 1]
    assert rest.tolist() == [pytest.approx(10 / 12), 0]


def test_every_unit_is_judged_by_the_clips_that_excite_it_at_any_speed():
    slow = torch.tensor([[1.0], [0.1]])
    fast = torch.tensor([[0.5], [8.0]])
    curve, _ = speed.tuning({1.0: slow, 4.0: fast}, torch.zeros(2, 1), top=1)
    assert curve[:, 0].tolist() == pytest.approx([0.1 / 8, 1])


def test_inhibition_is_no_response_and_what_motion_does_not_reach_has_no_tuning():
    replays = {1.0: torch.tensor([[-5.0, -1.0, 3.0]]), 2.0: torch.tensor([[2.0, -1.0, 3.0]])}
    curve, _ = speed.tuning(replays, torch.tensor([[0.0, 0.0, 3.0]]))
    assert curve[:, 0].tolist() == [0, 1]
    assert curve[:, 1:].isnan().all()
