import numpy as np

from tests.backend.exports.conftest import FRAMES, SCALE, SIDE, look_tiles


def test_motion_is_in_pixels_per_frame(motion):
    assert motion.motion.shape == (FRAMES, SIDE, SIDE, 2)
    assert np.allclose(motion.motion[..., 0], SCALE)
    assert np.allclose(motion.motion[:, 8:, :, 1], -SCALE)
    assert np.allclose(motion.motion[:, :8, :, 1], 0)
    assert motion.peak == SCALE * 2**0.5


def test_colour_is_shown_as_stored(look):
    shown = look.shown(colouring="wheel", reach=1.0)
    assert np.array_equal(shown, look_tiles())
    assert look.peak == 0


def test_frames_can_be_larger(motion, look):
    for clip in (motion, look):
        assert clip.shown(colouring="uvm", reach=4.0, zoom=3)[0].shape == (3 * SIDE, 3 * SIDE, 3)
