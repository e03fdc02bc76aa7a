"""Where pictures go on figures, and which scale they share."""

from __future__ import annotations

import numpy as np
import pytest

from backend.exports.figures import FRAME, LOOK, Run, Style, fastest, plate, strip
from tests.backend.exports.conftest import FRAMES, SCALE, result


@pytest.fixture
def run(motion, look):
    def make(unit: int = 1, **parameters: float) -> Run:
        return Run(result(unit, **parameters), {"appearance": look, "motion": motion}, f"Unit {unit}", "Tiny")

    return make


def words(sheet) -> str:
    return "\n".join(line.text for line in sheet.words)


def test_a_strip_has_the_look_and_every_frame(run):
    sheet = strip([run(chi=10.0), run(chi=0.0)], Style())
    sides = [one.width for one in sheet.pictures]
    assert sides.count(LOOK) == 1
    assert sides.count(FRAME) == 2 * FRAMES
    assert "Slow motion (chi 10, activation 1.50x, peak 5.66 px/frame)" in words(sheet)
    assert "Rim: 5.66 px/frame" in words(sheet)


def test_everything_is_on_the_sheet(run):
    for sheet in (strip([run(chi=2.5)], Style()), plate([run(n) for n in range(7)], Style("arrows"))):
        assert all(one.x + one.width <= sheet.width and one.y + one.height <= sheet.height for one in sheet.pictures)
        assert all(line.y + line.size <= sheet.height for line in sheet.words)


def test_a_plate_has_panels_of_four(run):
    runs = [run(n, chi=chi) for n in range(5) for chi in (10.0, 0.0)]
    sheet = plate(runs, Style())
    tiles = [one for one in sheet.pictures if one.width == 58.0]
    assert len(tiles) == 3 * 5
    assert len({one.y for one in tiles}) == 2


def test_what_is_missing_stays_blank(run):
    sheet = plate([run(0, chi=10.0), run(1, chi=10.0), run(1, chi=0.0)], Style())
    blank = [one for one in sheet.pictures if one.pixels.shape == (1, 1, 3)]
    assert len(blank) == 1


def test_scale_is_shared_unless_told_otherwise(run):
    shared = fastest([run()])
    assert shared == pytest.approx(SCALE * 2**0.5)
    clip = run().motion
    assert Style().at(clip, 10.0) == 10.0
    assert Style(own=True).at(clip, 10.0) == pytest.approx(clip.peak)
    halved = Style().frames(clip, 2 * SCALE)[0]
    assert np.all(halved[:8, :, 0] == 192)  # u is half of the reach: 128 + 63.5, rounded up
