import numpy as np
import pytest

from worker.demo.strokes import Stroke, stroke


def test_a_stroke_is_a_sinusoid_of_its_period():
    there = Stroke(amplitude=2.0, period=8.0, phase=0.0)
    assert [there.at(frame) for frame in (0, 2, 4, 6, 8)] == pytest.approx([0, 2, 0, -2, 0], abs=1e-12)
    assert there.at(1.5) == pytest.approx(there.at(9.5))


def test_random_strokes_keep_to_their_ranges_and_seeds():
    drawn = [stroke(np.random.default_rng(seed), (0.1, 0.2), (9, 20)) for seed in range(50)]
    assert all(0.1 <= each.amplitude <= 0.2 and 9 <= each.period <= 20 for each in drawn)
    assert len({each.phase for each in drawn}) == 50
    assert stroke(np.random.default_rng(3), (0.1, 0.2), (9, 20)) == drawn[3]
