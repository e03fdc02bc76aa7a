import pytest
import torch

from worker import capacity
from worker.capacity import fitting

GB = 2**30


@pytest.mark.parametrize(
    ("fixed", "each", "memory", "most", "expected"),
    [
        (0, GB, 10 * GB, 64, 4),  # 7 GB are to be had: 4 fit, 8 do not
        (3 * GB, GB, 10 * GB, 64, 4),  # what does not grow with the units counts once
        (4 * GB, GB, 10 * GB, 64, 2),
        (0, GB, 100 * GB, 16, 16),
        (0, 20 * GB, 10 * GB, 64, 1),  # one is tried at any rate: what runs out of memory is said then
        (0, 0, 10 * GB, 64, 64),
    ],
)
def test_as_many_as_fit_as_a_power_of_two(fixed, each, memory, most, expected):
    assert fitting(lambda count: fixed + count * each, memory=memory, most=most) == expected


def test_a_little_more_memory_in_use_changes_nothing():
    counts = {fitting(lambda n, e=e: n * e, memory=10 * GB, most=64) for e in range(GB, GB + 2**27, 2**25)}
    assert counts == {4}


def test_what_is_measured_is_one_step_of_so_many_units(monkeypatch):
    ran = []

    class Execution:
        kind = "cone"

        def cells(self, inputs, units):
            ran.append([tuple(x.shape) for x in inputs])
            return inputs[0].flatten(1).sum(1, keepdim=True) + 0 * units

    class Memory:
        total_memory = 1000

    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: Memory)
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: None)
    monkeypatch.setattr(torch.cuda, "reset_peak_memory_stats", lambda device: None)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda device: 50)
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda device: 50 + 100 * len(ran[-1]) * ran[-1][0][0])
    assert capacity.slots(Execution(), [(1, 3, 4, 5)], torch.device("cpu"), most=64) == 4
    assert ran == [[(1, 3, 4, 5)], [(2, 3, 4, 5)]]
