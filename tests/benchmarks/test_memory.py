"""Peak memory of work whose allocations are known."""

import torch

from benchmarks.memory import peak

MB = 2**20


def hold(*sizes):
    return [torch.empty(size * MB, dtype=torch.uint8) for size in sizes]


def test_what_is_held_at_once_counts_and_what_is_given_back_does_not():
    def work():
        hold(30)
        kept = hold(10, 5)
        del kept

    assert peak(work) == 30 * MB
    assert peak(lambda: hold(10, 20, 5)) == 35 * MB
