import io

import numpy as np
import pytest
import torch
from PIL import Image

from contract.catalogue import Stream
from worker.analyses.collection import Entry
from worker.analyses.pictures import FRAMES, SIDE, draw, looked_at

CLIP = Stream(name="clip", kind="clip", frames=32, height=224, width=112, fps=16, mean=(0.5,) * 3)
MOTION = Stream(name="motion", kind="motion", frames=10, height=48, width=48, levels_per_px=10.0)


def test_a_large_clip_becomes_a_small_strip_of_true_colours():
    x = torch.zeros(3, 32, 224, 112)
    x[0] = 60
    (picture,), media = draw([CLIP], [x])
    assert (picture.frames, picture.height, picture.width, picture.fps) == (FRAMES, SIDE, SIDE // 2, 8)
    strip = np.asarray(Image.open(io.BytesIO(media[picture.strip])))
    assert strip.shape == (SIDE, FRAMES * SIDE // 2, 3)
    assert strip.mean((0, 1)).tolist() == pytest.approx([187.5, 127.5, 127.5], abs=4)
    assert set(media) == {picture.strip, picture.poster}


def test_a_clip_is_told_with_its_pictures():
    entry = Entry(name="cello/a.mp4", label=3, read=lambda speed: None, split="hard")
    clip, media = looked_at([MOTION], entry, [torch.zeros(2, 10, 48, 48)], predicted=5)
    assert (clip.id, clip.name, clip.label, clip.predicted, clip.split) == (entry.id, "cello/a.mp4", 3, 5, "hard")
    assert set(media) == {clip.streams[0].strip, clip.streams[0].poster}


def test_motion_is_kept_as_data():
    x = torch.zeros(2, 10, 48, 48)
    x[0] = 30
    (picture,), media = draw([MOTION], [x])
    assert (picture.frames, picture.scale, picture.peak) == (10, pytest.approx(3), pytest.approx(3))
    strip = np.asarray(Image.open(io.BytesIO(media[picture.strip])))
    assert strip[0, 0].tolist() == [255, 128, 128]
