import cv2
import numpy as np
import pytest

from worker.flow import optical_flow


def textured(side: int = 128) -> np.ndarray:
    noise = np.random.default_rng(0).normal(size=(side // 4, side // 4, 3))
    return np.clip(128 + 40 * cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC), 0, 255)


def test_a_translation_is_recovered_in_pixels_with_v_downwards():
    picture = textured()
    steps = [(0.0, 0.0), (1.5, -0.75), (3.0, -1.5)]
    frames = [cv2.warpAffine(picture, np.float32([[1, 0, dx], [0, 1, dy]]), (128, 128)) for dx, dy in steps]
    flow = optical_flow(np.stack(frames).round().astype(np.uint8))
    assert flow.shape == (2, 2, 128, 128)
    inner = flow[:, :, 24:-24, 24:-24]
    assert np.median(inner[:, 0]) == pytest.approx(1.5, abs=0.1)
    assert np.median(inner[:, 1]) == pytest.approx(-0.75, abs=0.1)


def test_a_still_clip_has_no_motion():
    frames = np.repeat(textured()[None].round().astype(np.uint8), 3, axis=0)
    assert np.abs(optical_flow(frames)).max() < 0.05


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((2, 32, 32), np.uint8),
        np.zeros((2, 32, 32, 3), np.float32),
        np.zeros((1, 32, 32, 3), np.uint8),
    ],
)
def test_frames_of_another_shape_or_type_are_refused(frames):
    with pytest.raises(ValueError, match=r"frames"):
        optical_flow(frames)
