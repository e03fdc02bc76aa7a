import torch

from worker.models.model import Statistics


def test_the_reference_is_floored_at_the_layers_median():
    maximum, mean = torch.tensor([1.0, 10.0, 4.0]), torch.tensor([0.5, 2.0, 1.0])
    statistics = Statistics({"l": maximum}, {"l": mean})
    assert statistics.reference("l", logits=False).tolist() == [4, 10, 4]
    assert statistics.reference("l", logits=True).tolist() == [3, 8, 3]


def test_a_reference_is_never_near_zero():
    silent = Statistics({"l": torch.tensor([-3.0, 0.0, -1.0])}, {"l": torch.zeros(3)})
    assert (silent.reference("l", logits=False) > 0).all()


def test_units_that_never_exceed_zero_are_dead():
    statistics = Statistics({"l": torch.tensor([0.0, 1e-6, -2.0, 3.0])}, {"l": torch.zeros(4)})
    assert statistics.dead("l") == (0, 2)
