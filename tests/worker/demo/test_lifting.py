import numpy as np

from worker.demo.lifting import lifting
from worker.demo.palette import backdrop
from worker.demo.sheet import Placement, Sheet


def bar_height(lifter, frame):
    masks = {}
    sheet = Sheet(backdrop(np.random.default_rng(0), 96), Placement(40, 0.0, 48, 48), masks)
    lifter.draw(sheet, frame)
    return np.nonzero(masks["bar"])[0].mean()


def test_the_bar_rises_evenly():
    lifter = lifting(np.random.default_rng(1), frames=11, hard=False)
    heights = [bar_height(lifter, frame) for frame in range(11)]
    steps = np.diff(heights)
    assert (steps < 0).all()
    assert np.allclose(steps, 40 * lifter.rate, atol=1.1)


def test_hard_lifts_hardly_move():
    rates = [abs(lifting(np.random.default_rng(s), frames=11, hard=True).rate) for s in range(30)]
    easy = [abs(lifting(np.random.default_rng(s), frames=11, hard=False).rate) for s in range(30)]
    assert max(rates) < min(easy) / 2


def test_run_backwards_the_middle_frame_is_the_same():
    lifter = lifting(np.random.default_rng(2), frames=11, hard=False)
    assert lifter.start + 5 * lifter.rate == lifter.start + (11 - 1 - 5) * lifter.rate
