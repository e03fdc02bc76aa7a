"""What is written is read again with the readers that others use."""

from __future__ import annotations

import io
import json

import av
import numpy as np
import pytest
from PIL import Image

from backend.exports.encode import FRAME_MS, LOOPS, TYPES, encode, npz
from contract.spec import VisualizationSpec
from tests.backend.exports.conftest import FRAMES, SCALE, SIDE, result


def frames(count: int = 4) -> list[np.ndarray]:
    return [np.full((SIDE, SIDE, 3), 40 * n + 40, np.uint8) for n in range(count)]


@pytest.mark.parametrize("kind", ["webp", "avif", "gif"])
def test_loops(kind):
    image = Image.open(io.BytesIO(encode(frames(), kind)))
    assert image.n_frames == 4
    for n in range(4):
        image.seek(n)
        image.load()
        assert image.info["duration"] == FRAME_MS
        shown = np.asarray(image.convert("RGB")).astype(int)
        assert np.abs(shown - (40 * n + 40)).max() <= 3


def test_png_is_a_strip_without_loss():
    image = np.asarray(Image.open(io.BytesIO(encode(frames(), "png"))))
    assert np.array_equal(image, np.concatenate(frames(), axis=1))


def test_mp4_plays_several_rounds_in_colours_that_every_player_knows():
    with av.open(io.BytesIO(encode(frames(), "mp4"))) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        decoded = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(decoded) == 4 * LOOPS
    assert decoded[0].shape == (2 * SIDE, 2 * SIDE, 3)
    assert abs(float(decoded[2].mean()) - 120) < 4


@pytest.mark.parametrize("kind", ["png", "webp", "avif", "gif", "mp4"])
def test_a_still_is_a_file_too(kind):
    assert len(encode(frames(1), kind)) > 30
    assert kind in TYPES


def test_numbers(motion, look):
    with np.load(io.BytesIO(npz(result(), {"appearance": look, "motion": motion}))) as held:
        assert held["motion"].shape == (FRAMES, SIDE, SIDE, 2)
        assert held["motion"].dtype == np.float32
        assert np.allclose(held["motion"][..., 0], SCALE)
        assert held["appearance"].dtype == np.uint8
        assert held["appearance_range"].tolist() == [-90.0, 110.0]
        assert VisualizationSpec(**json.loads(str(held["request"]))).id == result().id
