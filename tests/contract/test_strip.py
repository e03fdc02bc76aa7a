"""Frames lie in a strip in reading order, and come back as they were, however many there are."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from contract import strip


def numbered(count: int, height: int, width: int) -> np.ndarray:
    """Frames that differ in every pixel."""
    return np.random.default_rng(count).integers(0, 256, (count, height, width, 3), np.uint8)


def test_few_frames_lie_side_by_side() -> None:
    frames = numbered(5, 3, 4)
    assert np.array_equal(strip.lay(frames), np.concatenate(list(frames), axis=1))


@pytest.mark.parametrize(("count", "width"), [(1, 16383), (2, 16383), (3, 8191), (5, 8000), (128, 224), (64, 256)])
def test_what_is_too_wide_goes_on_below(count: int, width: int) -> None:
    frames = numbered(count, 2, width)
    laid = strip.lay(frames)
    across = laid.shape[1] // width
    assert laid.shape[1] <= 16383 < laid.shape[1] + width or across == count
    for place in {0, across - 1, min(across, count - 1), count - 1}:
        row, column = divmod(place, across)
        assert np.array_equal(laid[2 * row : 2 * row + 2, column * width : (column + 1) * width], frames[place])
    assert np.array_equal(strip.part(laid, frames=count, width=width), frames)


def test_the_format_takes_the_widest() -> None:
    frames = numbered(3, 2, 8000)
    Image.fromarray(strip.lay(frames)).save(io.BytesIO(), "WEBP", lossless=True)


@pytest.mark.parametrize("shape", [(1, 2, 16384, 3), (3, 8000, 8192, 3)])
def test_what_no_file_holds_is_refused_in_words(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="16383"):
        strip.lay(np.broadcast_to(np.uint8(0), shape))


def test_a_strip_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="12 px wide"):
        strip.part(np.zeros((2, 12, 3), np.uint8), frames=4, width=4)
