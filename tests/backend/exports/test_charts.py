import numpy as np
import pytest

from backend.exports.charts import (
    CONTROL,
    LEARNED,
    RIGHT,
    WRONG,
    Frame,
    Series,
    columns,
    curves,
    difference,
    heat,
    matrix,
)
from backend.exports.sheet import Sheet

FRAME = Frame(10, 20, 100, 50)


@pytest.fixture
def sheet() -> Sheet:
    return Sheet(300, 300)


def test_a_curve_runs_from_left_to_right_and_up_with_its_value(sheet):
    curves(sheet, FRAME, title="Title", places=["a", "b", "c"], series=[Series("x", [0.0, 0.5, 1.0])])
    (line,) = [each for each in sheet.lines if each.colour == LEARNED]
    top = 20 + 14
    assert line.points == ((10, top + 50), (60, top + 25), (110, top))


def test_small_values_get_a_scale_of_their_own_which_is_told(sheet):
    curves(sheet, FRAME, title="", places=["a", "b"], series=[Series("x", [0.05, 0.1])])
    (line,) = [each for each in sheet.lines if each.colour == LEARNED]
    assert line.points[1][1] == 34
    assert any(words.text == "a to b; 0 to 0.1" for words in sheet.words)


def test_what_is_not_known_is_left_out_and_two_curves_are_named(sheet):
    series = [Series("learned", [0.2, None, 0.4]), Series("shuffled", [None, 0.3, None], CONTROL)]
    end = curves(sheet, FRAME, title="", places=["a", "b", "c"], series=series)
    assert sum(box.colour == LEARNED for box in sheet.boxes) == 2
    assert sum(box.colour == CONTROL for box in sheet.boxes) == 1
    assert {"learned", "shuffled"} <= {words.text for words in sheet.words}
    assert end > 20 + 14 + 50


def test_columns_are_as_high_as_their_counts(sheet):
    columns(sheet, FRAME, title="", counts=[0, 5, 10])
    assert [box.height for box in sheet.boxes] == [0, 25, 50]
    assert sheet.boxes[2].y == 20


def test_a_matrix_tells_right_from_wrong_and_leaves_zeros_empty(sheet):
    matrix(sheet, 0, 0, names=["cello", "violin"], counts=[[3, 1, 0], [0, 2, 4]], side=10)
    assert [box.colour for box in sheet.boxes] == [RIGHT, WRONG, RIGHT, WRONG]
    texts = [words.text for words in sheet.words]
    assert texts[:3] == ["1", "2", "other"]
    assert {"1  cello", "2  violin", "3", "4"} <= set(texts)


def test_a_map_is_black_where_nothing_is():
    pixels = heat([[0.0, 1.0], [0.5, 2.0]])
    assert pixels.shape == (2, 2, 3)
    assert np.array_equal(pixels[..., 0], [[0, 255], [128, 255]])


def test_a_difference_is_white_where_maps_are_alike_and_full_where_most_apart():
    pixels = difference([[1.0, 0.5, 0.25]], [[0.0, 0.5, 0.75]])
    assert pixels[0].tolist() == [list(LEARNED), [255] * 3, [round(255 + (c - 255) / 2) for c in CONTROL]]
    assert (difference([[0.3]], [[0.3]]) == 255).all()
