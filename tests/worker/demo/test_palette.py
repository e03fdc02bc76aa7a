import numpy as np
import pytest

from worker.demo.palette import backdrop, grey, shade, tint


def test_a_tint_has_the_lightness_asked_for_and_any_hue():
    drawn = np.array([tint(np.random.default_rng(seed), 80, 120, 0.9) for seed in range(200)])
    assert ((drawn.mean(1) >= 80) & (drawn.mean(1) <= 120)).all()
    assert drawn.min() >= 0
    assert drawn.max() <= 255
    strongest = drawn.argmax(1)
    assert all(40 < (strongest == channel).sum() < 95 for channel in range(3)), "colour must not tell a thing"


def test_no_saturation_is_grey():
    assert np.ptp(tint(np.random.default_rng(0), 90, 91, 0.0)) == 0
    assert grey(7) == (7, 7, 7)


def test_shade_keeps_the_hue_and_the_range():
    assert shade((100, 50, 20), 0.5) == pytest.approx((50, 25, 10))
    assert shade((200, 10, 0), 2.0) == (255, 20, 0)


def test_a_backdrop_has_texture_everywhere_for_the_flow_to_hold_on_to():
    picture = backdrop(np.random.default_rng(1), 96).astype(float)
    assert picture.shape == (96, 96, 3)
    tiles = picture.reshape(8, 12, 8, 12, 3).std((1, 3, 4))
    assert tiles.min() > 1
