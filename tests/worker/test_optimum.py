"""What a run tells on its way."""

import torch

from tests.worker.planted import linear_two_stream, spec
from worker.optimize import optimize


def test_steps_are_counted_and_only_the_last_has_optima():
    steps = list(optimize(linear_two_stream(), [spec("motion", 0, steps=5)], dtype=torch.float32))
    assert [s.index for s in steps] == [1, 2, 3, 4, 5]
    assert [bool(s.optima) for s in steps] == [False] * 4 + [True]
