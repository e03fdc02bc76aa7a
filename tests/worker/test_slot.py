"""The state of one place of a run."""

import torch

from tests.worker.planted import spec
from worker.slot import Slot


def begun(*, reference=2.0, seed=3):
    slot = Slot(0, spec("fusion", 1, steps=9, seed=seed), reference)
    slot.trace = [0.1, 0.2, 0.3]
    slot.course.age = 3
    return slot


def test_a_slot_goes_on_with_the_same_chances_and_count():
    slot = begun()
    torch.rand(5, generator=slot.generator)
    pictures = [torch.arange(6.0).view(2, 3), torch.tensor(7.0)]
    state = slot.state(pictures)
    expected = torch.rand(5, generator=slot.generator)
    other, into = Slot(4, slot.spec, 2.0), [torch.zeros(2, 3), torch.tensor(0.0)]
    before = other.seconds
    assert other.resume(state, into)
    assert torch.equal(torch.rand(5, generator=other.generator), expected)
    assert other.trace == [0.1, 0.2, 0.3]
    assert other.course.age == 3
    assert other.course.rate() == slot.course.rate()
    assert other.seconds > before
    assert all(torch.equal(one, two) for one, two in zip(into, pictures, strict=True))


def test_a_state_does_not_change_with_the_pictures():
    picture = torch.zeros(3)
    state = begun().state([picture])
    picture += 1
    assert not state["prior.0"].any()


def test_a_state_of_something_else_is_left():
    slot = begun()
    state = slot.state([torch.ones(2)])
    for other, pictures in (
        (begun(reference=3.0), [torch.zeros(2)]),
        (begun(), [torch.zeros(3)]),
        (begun(), [torch.zeros(2), torch.zeros(2)]),
    ):
        other.trace = []
        assert not other.resume(state, pictures)
        assert other.trace == []
        assert not any(each.any() for each in pictures)
    assert not begun().resume({"prior.0": torch.ones(2)}, [torch.zeros(2)])
