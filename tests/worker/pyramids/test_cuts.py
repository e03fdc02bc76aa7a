import pytest
import torch

from worker.pyramids.cuts import Paths


@pytest.fixture
def diamond():
    """x -> a -> (b beside a way around) -> c -> y."""
    x = torch.ones(1, requires_grad=True)
    a = x * 2
    b = a.sin()
    c = a + b
    return x, a, b, c, c.sum()


def test_what_every_way_passes_cuts_and_what_a_way_leads_around_does_not(diamond):
    x, a, b, c, y = diamond
    paths = Paths(y, [x])
    assert [paths.cut_by(value) for value in (a, b, c)] == [True, False, True]
    assert paths.down[paths.root] == 2


def test_around_some_values_fewer_ways_are_left(diamond):
    x, a, b, c, y = diamond
    paths = Paths(y, [x])
    assert paths.around([b]).any
    assert paths.around([b]).cut_by(c)
    assert not paths.around([a]).any
    assert not paths.around([a]).cut_by(c)


def test_two_values_cut_what_neither_does():
    x = torch.ones(1, requires_grad=True)
    left, right = x.sin(), x.cos()
    paths = Paths((left * right).sum(), [x])
    assert not paths.cut_by(left)
    assert paths.around([left]).cut_by(right)
    assert not paths.around([left, right]).any


def test_a_value_that_the_score_is_not_computed_from_cuts_nothing(diamond):
    x, *_, y = diamond
    assert not Paths(y, [x]).cut_by(x.exp())


def test_ways_of_many_blocks_are_counted_exactly():
    """2 to the power of 200."""
    value = x = torch.ones(1, requires_grad=True)
    for _ in range(200):
        value = value + value.sin()
    paths = Paths(value, [x])
    assert paths.down[paths.root] == 2**200


def test_the_nearest_named_values_from_left_to_right():
    x = torch.ones(1, 1, requires_grad=True)
    left, right = x.sin(), x.cos()
    joined = torch.cat([left.relu(), right], 1)
    names = {left.grad_fn: "left", right.grad_fn: "right"}
    assert Paths(joined.sum(), [x]).nearest(joined, names) == ["left", "right"]
