"""Where pictures go on figures, and which frames they show."""

from __future__ import annotations

import itertools

import pytest

from backend.exports.figures import CELL, FRAME, LOOK, chosen, plate, strip, told
from backend.exports.run import Run, Style
from tests.backend.exports.conftest import CLIP_FRAMES, FRAMES, result


def words(sheet) -> str:
    return "\n".join(line.text for line in sheet.words)


def joined(sheet) -> str:
    return " ".join(line.text for line in sheet.words)


def test_a_strip_has_the_look_and_every_frame(run):
    sheet = strip([run(chi=10.0), run(chi=0.0)], Style())
    sides = [one.width for one in sheet.pictures]
    assert sides.count(LOOK) == 1
    assert sides.count(FRAME) == 2 * FRAMES
    assert f"Slow motion, all {FRAMES} frames (chi 10, activation 1.50x, peak 5.66 px/frame)" in words(sheet)
    assert "Rim: 5.66 px/frame" in words(sheet)


def test_a_strip_of_clips_has_every_frame_and_no_colours_of_motion(clip_run):
    sheet = strip([clip_run(still=True), clip_run(chi=10.0), clip_run(chi=0.0)], Style())
    sides = [one.width for one in sheet.pictures]
    assert sides.count(LOOK) == 1
    assert sides.count(FRAME) == 2 * CLIP_FRAMES
    assert len(sides) == 1 + 2 * CLIP_FRAMES, "there is no wheel"
    assert {str(n) for n in range(1, CLIP_FRAMES + 1)} <= set(words(sheet).split("\n"))
    assert "Rim" not in words(sheet)


def test_a_clip_that_moves_is_not_shown_as_an_appearance(clip_run):
    assert "Appearance" not in words(strip([clip_run(chi=10.0)], Style()))


def test_fewer_frames_are_said(clip_run):
    sheet = strip([clip_run(chi=10.0)], Style(), frames=8)
    assert [one.width for one in sheet.pictures].count(FRAME) == 8
    assert "Slow motion, every 2nd of 16 frames" in joined(sheet)


@pytest.mark.parametrize("count", [1, 2, 10, 16, 64])
@pytest.mark.parametrize("most", [None, 1, 3, 8, 100])
def test_chosen_frames_are_evenly_apart(count, most):
    places = list(chosen(count, most))
    assert 1 <= len(places) <= (most or count)
    assert all(0 <= place < count for place in places)
    assert len({b - a for a, b in itertools.pairwise(places)}) <= 1
    if not most or most >= count:
        assert places == list(range(count))


def test_which_frames_in_words():
    assert told(chosen(16, None), 16) == "all 16 frames"
    assert told(chosen(16, 4), 16) == "every 4th of 16 frames"
    assert told(chosen(63, 3), 63) == "every 21st of 63 frames"
    assert told(chosen(16, 1), 16) == "frame 8 of 16"


def test_everything_is_on_the_sheet(run, clip_run):
    for sheet in (
        strip([run(chi=2.5)], Style()),
        strip([clip_run(chi=10.0), clip_run(chi=0.0)], Style()),
        plate([run(n) for n in range(7)], Style("arrows")),
    ):
        assert all(one.x + one.width <= sheet.width and one.y + one.height <= sheet.height for one in sheet.pictures)
        assert all(line.y + line.size <= sheet.height for line in sheet.words)


def test_a_plate_has_panels_of_four(run):
    runs = [run(n, chi=chi) for n in range(5) for chi in (10.0, 0.0)]
    sheet = plate(runs, Style())
    tiles = [one for one in sheet.pictures if one.width == CELL]
    assert len(tiles) == 3 * 5
    assert len({one.y for one in tiles}) == 2
    assert "the middle frame" in words(sheet)


def test_what_is_missing_stays_blank(run):
    sheet = plate([run(0, chi=10.0), run(1, chi=10.0), run(1, chi=0.0)], Style())
    blank = [one for one in sheet.pictures if one.pixels.shape == (1, 1, 3)]
    assert len(blank) == 1


def test_long_names_are_whole_and_push_the_next_row_down(look, motion):
    name = "putting on eye make-up in front of a mirror"

    def named(unit: int) -> Run:
        return Run(result(unit), {"appearance": look, "motion": motion}, name, "Tiny")

    sheet = plate([named(n) for n in range(5)], Style())
    assert joined(sheet).count(f"{name}, 1.50x") == 2 * 5
    assert "..." not in words(sheet)
    rows = sorted({one.y for one in sheet.pictures if one.width == CELL})
    below = [line.y + line.size for line in sheet.words if rows[0] + CELL <= line.y < rows[1]]
    assert below
    assert max(below) <= rows[1]


def test_a_long_path_breaks_behind_its_dots(look):
    path = "features.9.branch1." * 10 + "0"
    sheet = strip([Run(result(layer=path), {"appearance": look}, "Unit 1", "Tiny")], Style())
    title = [line.text for line in sheet.words if line.size == 13]
    assert "".join(title).replace(" ", "") == f"Unit1-{path}"
    assert all(line.endswith(".") or line.endswith("-") for line in title[:-1])
