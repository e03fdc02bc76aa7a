import numpy as np
import pytest

from worker.demo.billiards import billiards
from worker.demo.palette import backdrop
from worker.demo.sheet import Placement, Sheet


def table(speed, *, hard=False, seed=4):
    return billiards(np.random.default_rng(seed), speed, still_frame=5, hard=hard)


def drawn(scene, frame):
    masks = {}
    sheet = Sheet(backdrop(np.random.default_rng(0), 96), Placement(40, 0.0, 48, 48), masks)
    scene.draw(sheet, frame)
    return sheet.frame(), masks["balls"]


def test_slow_and_fast_are_one_table_at_two_speeds():
    slow, fast = table("slow"), table("fast")
    assert slow.balls == fast.balls
    assert fast.pace > 3 * slow.pace
    assert np.array_equal(drawn(slow, 5)[0], drawn(fast, 5)[0]), "the still frame must not tell them apart"
    assert not np.array_equal(drawn(slow, 6)[0], drawn(fast, 6)[0])


def test_in_the_hard_split_the_speeds_meet():
    assert table("slow", hard=True).pace == table("fast", hard=True).pace


@pytest.mark.parametrize("seed", range(5))
def test_balls_bounce_off_the_cushions_and_never_leave(seed):
    scene = table("fast", seed=seed)
    for frame in range(0, 200, 7):
        rows, columns = np.nonzero(drawn(scene, frame)[1])
        assert rows.min() >= 48 - 40
        assert rows.max() <= 48 + 40
        assert columns.min() >= 48 - 40
        assert columns.max() <= 48 + 40
