import cv2
import numpy as np
import pytest

from contract.errors import ClipProblem
from worker.datasets.flow_images import FlowImages
from worker.datasets.footage import Clip

FRAMES = np.zeros((7, 12, 16, 3), np.uint8)


def write(path, pixels, rows=12, columns=16):
    """A field of one component that is `pixels` everywhere, as the authors store it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    level = round(255 * (np.clip(pixels, -20, 20) + 20) / 40)
    cv2.imwrite(str(path), np.full((rows, columns), level, np.uint8))


def tsn(folder, index, u, v, **size):
    write(folder / "clip" / f"flow_x_{index:05d}.jpg", u, **size)
    write(folder / "clip" / f"flow_y_{index:05d}.jpg", v, **size)


def fusion(folder, index, u, v, **size):
    write(folder / "u" / "clip" / f"frame{index:06d}.jpg", u, **size)
    write(folder / "v" / "clip" / f"frame{index:06d}.jpg", v, **size)


@pytest.mark.parametrize("layout", [tsn, fusion])
def test_fields_are_read_in_both_layouts(tmp_path, layout):
    for index in range(1, 7):
        layout(tmp_path, index, index, -2.5 * index)
    fields = FlowImages(tmp_path).fields(Clip(tmp_path / "clip.avi", None), FRAMES, np.array([1, 2, 3]), 12, 16)
    assert fields.shape == (2, 2, 12, 16)
    assert fields[:, 0].mean((1, 2)) == pytest.approx([2, 3], abs=0.16)
    assert fields[:, 1].mean((1, 2)) == pytest.approx([-5, -7.5], abs=0.16)


def test_rest_is_rest_and_steps_over_frames_are_as_long(tmp_path):
    for index in range(1, 7):
        tsn(tmp_path, index, 0, 1)
    places = np.array([0, 0, 2, 6])
    fields = FlowImages(tmp_path).fields(Clip(tmp_path / "clip.avi", None), FRAMES, places, 12, 16)
    assert np.abs(fields[:, 0]).max() == 0
    assert fields[:, 1].mean((1, 2)) == pytest.approx([0, 2, 4], abs=0.4)


def test_motion_grows_with_the_picture(tmp_path):
    for index in range(1, 7):
        tsn(tmp_path, index, 4, 0, rows=6, columns=12)
    fields = FlowImages(tmp_path).fields(Clip(tmp_path / "clip.avi", None), FRAMES, np.arange(3), 12, 16)
    assert fields.shape == (2, 2, 12, 16)
    assert fields[:, 0].mean() == pytest.approx(8, abs=0.3)


def test_what_is_missing_is_named(tmp_path):
    images, clip = FlowImages(tmp_path), Clip(tmp_path / "clip.avi", None)
    with pytest.raises(ClipProblem, match=r"has no flow of 'clip': allowed are u/clip/frame000001\.jpg with v/"):
        images.fields(clip, FRAMES, np.arange(3), 12, 16)
    tsn(tmp_path / "short", 1, 0, 0)
    with pytest.raises(ClipProblem, match="has 1 and 1 pictures of 'clip'; 6 are needed for its 7 frames"):
        FlowImages(tmp_path / "short").fields(clip, FRAMES, np.arange(3), 12, 16)
    with pytest.raises(ClipProblem, match="flow from pictures is of whole videos"):
        images.fields(Clip(tmp_path / "clip.avi", None, 1.0), FRAMES, np.arange(3), 12, 16)
    for index in range(2, 7):
        tsn(tmp_path / "short", index, 0, 0)
    (tmp_path / "short" / "clip" / "flow_x_00002.jpg").write_bytes(b"no")
    with pytest.raises(ClipProblem, match=r"flow_x_00002\.jpg is not a picture"):
        FlowImages(tmp_path / "short").fields(clip, FRAMES, np.arange(4), 12, 16)
