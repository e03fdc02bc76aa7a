"""Stored pictures keep the data: what is read back is what was optimized, to half a grey level."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from contract.catalogue import Stream
from tests.worker.planted import CLIP, MOTION, last, linear_two_stream, spec
from worker import render
from worker.optimize import optimize

LEVELS = 6.375


def image(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


def test_motion_comes_back_within_half_a_level():
    x = torch.randn(2, 4, 16, 16, generator=torch.Generator().manual_seed(0)) * 60
    picture, media = render.draw(MOTION, x)
    back = render.restore(picture, media[picture.strip], levels_per_px=LEVELS)
    half = picture.scale * LEVELS / 127 / 2
    assert np.abs(back[:2] - x.numpy()).max() <= half * 1.001
    assert picture.peak == pytest.approx(float(x.norm(dim=0).max()) / LEVELS, rel=1e-5)


def test_colour_comes_back_within_half_a_level():
    x = torch.randn(3, 6, 16, 16, generator=torch.Generator().manual_seed(0)) * 60
    picture, media = render.draw(CLIP, x)
    back = render.restore(picture, media[picture.strip], levels_per_px=LEVELS)
    assert np.abs(back - x.numpy()).max() <= (picture.high - picture.low) / 255 / 2 * 1.001


def test_a_strip_shows_its_frames_from_left_to_right():
    x = torch.zeros(3, 6, 16, 16)
    x[:, 5] = 100.0
    picture, media = render.draw(CLIP, x)
    strip = image(media[picture.strip])
    assert strip.shape == (16, 96, 3)
    assert strip[:, :80].max() == 0
    assert strip[:, 80:].min() == 255


def test_a_clip_too_long_for_one_row_comes_back_too():
    long = Stream(name="clip", kind="clip", frames=128, height=4, width=224)
    x = torch.randn(3, 128, 4, 224, generator=torch.Generator().manual_seed(0)) * 60
    picture, media = render.draw(long, x)
    assert image(media[picture.strip]).shape == (8, 73 * 224, 3)
    back = render.restore(picture, media[picture.strip], levels_per_px=LEVELS)
    assert np.abs(back - x.numpy()).max() <= (picture.high - picture.low) / 255 / 2 * 1.001


def test_still_motion_is_mid_grey_and_one_gain_serves_all_channels():
    zero = np.zeros((2, 2), np.float32)
    assert (render.motion_colour(zero, zero, scale=1.0) == 128).all()
    right = render.motion_colour(zero + 3, zero + 4, scale=10.0)[0, 0]
    assert right.tolist() == [128 + round(127 * 0.3), 128 + round(127 * 0.4), 128 + round(127 * 0.5)]


def test_posters_are_small():
    big = Stream(name="appearance", kind="appearance", frames=1, height=400, width=400, layout="CHW")
    picture, media = render.draw(big, torch.randn(3, 1, 400, 400))
    assert max(image(media[picture.poster]).shape) <= render.POSTER


def test_a_result_tells_what_was_done():
    model = linear_two_stream()
    wanted = spec("fusion", 2, steps=5, chi=0)
    (optimum,) = last(optimize(model, [wanted]))
    result, media = render.finish(model, wanted, optimum)
    assert result.id == wanted.id
    assert [picture.name for picture in result.streams] == ["appearance", "motion"]
    assert set(media) == {name for picture in result.streams for name in (picture.strip, picture.poster)}
    assert result.normalized == pytest.approx(optimum.activation / optimum.reference)
    assert len(result.trace) == 5


def test_a_preview_shows_every_stream_the_unit_sees():
    model = linear_two_stream()
    step = next(iter(optimize(model, [spec("fusion", 0), spec("fusion", 1)])))
    both = image(render.preview(step, 1, streams=model.card.streams))
    assert both.shape == (5, 10, 3)


def test_traces_are_thinned_with_both_ends_kept():
    thinned = render.thin(tuple(float(i) for i in range(1000)))
    assert len(thinned) == render.TRACE
    assert (thinned[0], thinned[-1]) == (0.0, 999.0)
