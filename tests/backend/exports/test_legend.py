"""What a figure says of its colours and numbers."""

from __future__ import annotations

from backend.exports import legend
from backend.exports.run import Style
from backend.exports.sheet import Sheet


def drawn(runs, style: Style | None = None) -> tuple[Sheet, str, float]:
    sheet = Sheet(400, 200)
    end = legend.draw(sheet, runs, style or Style(), reach=5.66, x=20, y=10, within=360)
    return sheet, " ".join(line.text for line in sheet.words), end


def test_motion_has_its_wheel_and_the_speed_at_its_rim(run):
    sheet, words, end = drawn([run()])
    assert [one.width for one in sheet.pictures] == [legend.WHEEL]
    assert "Rim: 5.66 px/frame" in words
    assert "one frame: 40 ms of video" in words
    assert "Rim: each clip's own peak" in drawn([run()], Style(own=True))[1]
    assert all(line.y + line.size <= end for line in sheet.words)


def test_where_nothing_is_motion_there_is_no_wheel_and_no_room_for_one(clip_run, run):
    sheet, words, end = drawn([clip_run(chi=10.0)])
    assert sheet.pictures == []
    assert "Rim" not in words
    assert "px/frame" not in words
    assert end < drawn([run()])[2] - legend.WHEEL


def test_scales_are_told_in_words(run):
    words = " ".join(legend.scales([run(chi=10.0), run(chi=0.0)]))
    assert "10 is slow and 0 is fast" in words
    assert "change over space, here 1." in words
    assert "largest on 64 clips of noise" in words
    assert "1x is 2." in words
    assert "1x is" not in " ".join(legend.scales([run(1), run(2)])), "each unit has a reference of its own"
    assert "here 1 and 3." in " ".join(legend.scales([run(), run(kappa=3.0)]))


def test_a_picture_at_rest_has_no_weight_over_time(clip_run):
    assert "over time" not in " ".join(legend.scales([clip_run(still=True)]))
