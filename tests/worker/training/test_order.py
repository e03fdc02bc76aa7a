import torch

from worker.training.order import Order


def test_every_epoch_is_another_order_of_whole_batches():
    order = Order(7, 3, torch.Generator().manual_seed(0))
    epochs = [torch.cat([order.next() for _ in range(order.batches)]) for _ in range(3)]
    assert order.batches == 2
    assert all(len(set(rows.tolist())) == 6 and set(rows.tolist()) <= set(range(7)) for rows in epochs)
    assert not torch.equal(epochs[0], epochs[1])
    again = Order(7, 3, torch.Generator().manual_seed(0))
    assert torch.equal(torch.cat([again.next() for _ in range(6)]), torch.cat(epochs))
