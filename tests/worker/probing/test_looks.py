import io

import numpy as np
import torch
from PIL import Image

from contract.catalogue import Stream
from worker.probing import looks

CLIP = Stream(name="clip", kind="clip", frames=3, height=8, width=10, fps=5.0, mean=(0.5, 0.4, 0.3))
MOTION = Stream(name="motion", kind="motion", frames=2, height=8, width=10, fps=5.0)


def tiles(data, frames):
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    return np.stack(np.split(pixels, frames, axis=1))


def test_what_is_seen_is_shown_in_its_own_colours_and_size():
    x = torch.zeros(3, 3, 8, 10)
    picture, files = looks.seen(CLIP, x)
    assert (picture.frames, picture.height, picture.width, picture.kind, picture.fps) == (3, 8, 10, "clip", 5.0)
    mean = tiles(files[picture.strip], 3).mean((0, 1, 2))
    assert np.allclose(mean, [127.5, 102, 76.5], atol=3)
    picture, files = looks.seen(MOTION, torch.full((2, 2, 8, 10), 12.75))
    assert (picture.kind, picture.scale) == ("motion", 2.0)


def test_a_long_window_keeps_its_size_and_its_frames():
    stream = CLIP.model_copy(update={"frames": 400, "width": 60, "height": 30})
    picture, files = looks.seen(stream, torch.zeros(3, 400, 30, 60))
    assert (picture.frames, picture.width, picture.height) == (400, 60, 30)
    assert Image.open(io.BytesIO(files[picture.strip])).size == (273 * 60, 2 * 30)


def test_a_map_is_grey_and_its_largest_is_white():
    map = torch.zeros(4, 100, 6)
    map[2, 99, 5] = 3.0
    picture, files = looks.grey("tube", map, 5.0)
    assert (picture.frames, picture.height, picture.width) == (4, 28, 6)
    found = tiles(files[picture.strip], 4)
    assert found[2, 27, 5].tolist() == [255] * 3
    assert found.sum() == 3 * 255
    assert tiles(looks.grey("dark", torch.zeros(1, 2, 2), 5.0)[1]["dark.webp"], 1).sum() == 0
