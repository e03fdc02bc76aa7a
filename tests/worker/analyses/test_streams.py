import pytest
import torch

from worker.analyses import streams


def test_a_unit_wired_to_one_input_has_share_1_and_0_and_a_conjunction_only_interacts():
    peaks, nothing = torch.tensor([[3.0, 2.0, 4.0]]), torch.tensor([[1.0, 0.0, 0.0]])
    alone = {"appearance": torch.tensor([[3.0, 0.0, 1.0]]), "motion": torch.tensor([[1.0, 0.0, 3.0]])}
    shares = streams.shares(peaks, alone, nothing)
    assert shares["appearance"].tolist() == [1, 0, 0.25]
    assert shares["motion"].tolist() == [0, 0, 0.75]
    assert streams.interaction(shares).tolist() == [0, 1, 0]
    assert streams.joint(shares).tolist() == [False, False, True]


def test_only_the_strongest_clips_count_and_weak_ones_little():
    peaks = torch.tensor([[10.0], [1.0], [0.1]])
    alone = {"appearance": torch.tensor([[10.0], [0.0], [0.0]]), "motion": torch.zeros(3, 1)}
    assert streams.shares(peaks, alone, torch.zeros(3, 1), top=1)["appearance"].item() == 1
    assert streams.shares(peaks, alone, torch.zeros(3, 1), top=2)["appearance"].item() == pytest.approx(10 / 11)


def test_a_unit_that_no_input_raises_has_no_shares():
    peaks = torch.ones(4, 1)
    found = streams.shares(peaks, {"appearance": peaks, "motion": peaks}, peaks)
    assert found["appearance"].isnan().all()
    assert not streams.joint(found).any()


def test_a_histogram_counts_every_unit_once():
    share = torch.tensor([0.0, 0.05, 0.5, 1.0, 1.7, -0.3, float("nan")])
    assert streams.histogram(share) == (3, 0, 0, 0, 0, 1, 0, 0, 0, 2)
