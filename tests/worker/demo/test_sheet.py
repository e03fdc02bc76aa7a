import numpy as np
import pytest

from worker.demo.sheet import Placement, Sheet, bar, ellipse


def sheet(side: int = 64, angle: float = 0.0) -> Sheet:
    background = np.full((side, side, 3), 100, np.uint8)
    return Sheet(background, Placement(scale=side / 2, angle=angle, x=side / 2, y=side / 2))


def test_a_placement_turns_scales_and_shifts():
    placement = Placement(scale=10, angle=np.pi / 2, x=5, y=7)
    assert placement.apply([(1, 0), (0, 1)]).tolist() == [pytest.approx([5, 17]), pytest.approx([-5, 7])]


def test_a_filled_square_has_its_colour_and_its_mask():
    paper = sheet()
    paper.polygon([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)], (200, 10, 30), part="square")
    picture = paper.frame()
    assert picture[32, 32].tolist() == [200, 10, 30]
    assert picture[4, 4].tolist() == [100, 100, 100]
    assert 32**2 * 0.95 < paper.masks["square"].sum() < 34**2 * 1.05


def test_a_mask_collects_what_a_part_covers_in_any_frame():
    masks: dict = {}
    for x in (-0.5, 0.5):
        paper = sheet()
        paper.masks = masks
        paper.ellipse((x, 0), (0.2, 0.2), (0, 0, 0), part="ball")
    columns = np.nonzero(masks["ball"])[1]
    assert columns.min() < 12
    assert columns.max() > 52
    assert not masks["ball"][:, 32].any()


def test_the_corners_of_an_ellipse_lie_on_it():
    points = ellipse((1, 2), (3, 0.5), angle=np.pi / 2) - (1, 2)
    assert ((points[:, 1] / 3) ** 2 + (points[:, 0] / 0.5) ** 2).tolist() == pytest.approx([1] * len(points))


def test_a_bar_is_as_wide_as_said_at_both_ends():
    a, b, c, d = bar((0, 0), (4, 0), 1.0, 2.0)
    assert np.linalg.norm(a - d) == pytest.approx(1)
    assert np.linalg.norm(b - c) == pytest.approx(2)
    assert bar((1, 1), (1, 1), 1, 1).shape == (4, 2)
