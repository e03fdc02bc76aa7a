import torch

from worker.demo.dataset import Dataset, appearance_input, draw_dataset, motion_input
from worker.demo.sample import orders


def test_network_units_of_known_grey_levels():
    assert appearance_input(torch.tensor([127.5, 255.0, 0.0])).tolist() == [0.0, 2.0, -2.0]
    assert motion_input(torch.tensor([0.0, 25.5, -51.0])).tolist() == [0.0, 1.0, -2.0]


def test_a_batch_takes_the_rows_asked_for():
    data = Dataset(
        torch.arange(5, dtype=torch.uint8)[:, None, None, None].expand(5, 3, 4, 4),
        torch.zeros(5, 20, 4, 4, dtype=torch.int8),
        torch.arange(5),
    )
    appearance, motion, labels = data.batch(torch.tensor([3, 1]))
    assert labels.tolist() == [3, 1]
    assert appearance.shape == (2, 3, 4, 4)
    assert motion.shape == (2, 20, 4, 4)
    assert appearance[0, 0, 0, 0] > appearance[1, 0, 0, 0]


def test_drawing_does_not_depend_on_the_number_of_processes():
    one, two = (draw_dataset(orders(12, 77), processes=count) for count in (1, 2))
    assert torch.equal(one.images, two.images)
    assert torch.equal(one.flow, two.flow)
    assert one.labels.tolist() == [*range(10), 0, 1]
