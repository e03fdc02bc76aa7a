import pytest
import torch

from worker.demo.clips import CLASSES
from worker.demo.evaluation import accuracy, pair_accuracy


def test_accuracy_counts_highest_scores():
    scored = torch.tensor([[2.0, 1.0], [0.0, 1.0], [3.0, 4.0], [5.0, 0.0]])
    assert accuracy(scored, torch.tensor([0, 1, 0, 0])) == pytest.approx(0.75)


def test_pair_accuracy_compares_within_the_pair_only():
    scored = torch.zeros(4, len(CLASSES))
    scored[:, 5] = 9.0  # a class of another pair scores highest throughout
    labels = torch.tensor([0, 0, 1, 1])
    scored[0, 0] = 1.0
    scored[1, 1] = 1.0
    scored[2, 1] = 1.0
    scored[3, 1] = 1.0
    assert pair_accuracy(scored, labels)["slow billiards / fast billiards"] == pytest.approx(0.75)
