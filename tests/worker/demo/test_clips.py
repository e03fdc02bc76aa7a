"""What separates the two classes of a pair is exactly what their names say."""

import numpy as np
import pytest

from worker.demo.clips import CLASSES, FRAMES, SIDE, STILL, draw_clip

SEEDS = range(6)


def clip(name: str, seed: int, **options: bool):
    return draw_clip(CLASSES.index(name), seed, **options)


def test_a_seed_decides_the_clip():
    assert np.array_equal(clip("lipstick", 3).frames, clip("lipstick", 3).frames)
    assert not np.array_equal(clip("lipstick", 3).frames, clip("lipstick", 4).frames)


@pytest.mark.parametrize("name", CLASSES)
def test_clips_have_their_size_and_something_drawn(name):
    drawn = clip(name, 0)
    assert drawn.frames.shape == (FRAMES, SIDE, SIDE, 3)
    assert drawn.frames.dtype == np.uint8
    assert drawn.frames.std() > 15


@pytest.mark.parametrize("seed", SEEDS)
def test_eye_make_up_and_lipstick_differ_in_the_eyes_only(seed):
    still, moving = clip("eye make-up", seed), clip("lipstick", seed)
    different = (still.frames != moving.frames).any(axis=(0, 3))
    assert different.any()
    allowed = _grown(still.masks["eyes"])
    assert not (different & ~allowed).any()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("pair", [("eye make-up", "lipstick"), ("slow billiards", "fast billiards")])
def test_pairs_of_motion_share_the_still_frame(pair, seed):
    one, other = (clip(name, seed).frames for name in pair)
    assert np.array_equal(one[STILL], other[STILL])
    assert not np.array_equal(one[0], other[0])


@pytest.mark.parametrize("seed", SEEDS)
def test_lowering_the_bar_is_lifting_it_backwards(seed):
    assert np.array_equal(clip("clean and jerk", seed).frames, clip("lowering the bar", seed).frames[::-1])


@pytest.mark.parametrize("seed", SEEDS)
def test_with_frozen_eyes_nothing_is_left_between_the_biased_pair(seed):
    one, other = (clip(name, seed, freeze_eyes=True).frames for name in ("eye make-up", "lipstick"))
    assert np.array_equal(one, other)


@pytest.mark.parametrize("seed", SEEDS)
def test_cello_and_violin_are_bowed_alike(seed):
    """The hand that holds the bow goes the same way; only the instrument is turned."""
    cello, violin = clip("playing cello", seed), clip("playing violin", seed)
    assert abs(int(cello.masks["hand"].sum()) - int(violin.masks["hand"].sum())) < 0.35 * cello.masks["hand"].sum()
    assert _elongation(cello.masks["instrument"]) > 1.15
    assert _elongation(violin.masks["instrument"]) < 0.87


def test_a_label_out_of_range_is_refused():
    with pytest.raises(ValueError, match=r"0\.\.9"):
        draw_clip(len(CLASSES), 0)


def _elongation(mask: np.ndarray) -> float:
    """Spread of a mask over rows against its spread over columns."""
    rows, columns = np.nonzero(mask)
    return float(rows.std() / columns.std())


def _grown(mask: np.ndarray) -> np.ndarray:
    """The mask and its neighbours: anti-aliased edges reach one pixel further."""
    padded = np.pad(mask, 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return windows.any(axis=(2, 3))
