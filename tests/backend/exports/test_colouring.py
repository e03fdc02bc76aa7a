"""Colours worked out by hand; that the page paints the same is a browser test (tests/frontend/test_player.py)."""

from __future__ import annotations

import numpy as np
import pytest

from backend.exports.colouring import COLOURINGS, NOTES, paint, wheel


def one(u: float, v: float, colouring: str, reach: float = 2.0) -> tuple[int, ...]:
    return tuple(paint(np.array([[[u, v]]], np.float32), colouring=colouring, reach=reach)[0, 0].tolist())


@pytest.mark.parametrize(
    ("u", "v", "colouring", "colour"),
    [
        (2, 0, "uvm", (255, 128, 255)),
        (0, -1, "uvm", (128, 65, 192)),  # 64.5 and 191.5, halves rounded up
        (2, 0, "wheel", (230, 60, 60)),
        (0, 2, "wheel", (205, 205, 40)),  # down is a quarter turn clockwise
        (-2, 0, "wheel", (40, 190, 190)),
        (1, 0, "wheel", (179, 94, 94)),
        (0, 0, "magnitude", (0, 0, 0)),
        (0, 2, "magnitude", (255, 234, 70)),
        (0, 9, "magnitude", (255, 234, 70)),
        (2, 0, "blueyellow", (208, 188, 18)),
        (0, -2, "blueyellow", (228, 228, 228)),
    ],
)
def test_colour(u, v, colouring, colour):
    assert one(u, v, colouring) == colour


@pytest.mark.parametrize("colouring", ["uvm", "wheel", "blueyellow"])
def test_stillness_is_grey(colouring):
    assert one(0, 0, colouring) == (128, 128, 128)


def test_arrows_point_where_things_move():
    field = np.zeros((20, 20, 2), np.float32)
    field[..., 0] = 1.0
    drawn = paint(field, colouring="arrows", reach=1.0, zoom=8).astype(int).sum(axis=-1)
    bright = drawn > drawn.min() + 60
    rows, columns = bright.any(axis=1).sum(), bright.any(axis=0).sum()
    assert columns > rows  # rightward arrows cover nearly every column, but leave rows between them free


@pytest.mark.parametrize("colouring", COLOURINGS)
def test_the_legend_is_a_disc_on_white(colouring):
    disc = wheel(81, colouring)
    assert tuple(disc[0, 0]) == (255, 255, 255)
    assert tuple(disc[40, 79]) != (255, 255, 255)
    assert colouring in NOTES
