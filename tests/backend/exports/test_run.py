"""What a run shows and says, and which scale runs share."""

from __future__ import annotations

import numpy as np
import pytest

from backend.exports.run import Style, fastest
from tests.backend.exports.conftest import SCALE


def test_what_a_run_says(run):
    both = run(chi=10.0)
    assert both.caption("Slow motion", both.motion) == "Slow motion (chi 10, activation 1.50x, peak 5.66 px/frame)"
    assert both.caption("Appearance", both.look) == "Appearance (activation 1.50x, levels -90 to 110)"


def test_a_clip_that_moves_is_no_appearance(run, clip_run):
    assert run().appears
    assert clip_run(still=True).appears
    assert not clip_run(chi=10.0).appears
    moving = clip_run(chi=10.0)
    assert moving.motion is moving.look


def test_scale_is_shared_unless_told_otherwise(run):
    shared = fastest([run()])
    assert shared == pytest.approx(SCALE * 2**0.5)
    clip = run().motion
    assert Style().at(clip, 10.0) == 10.0
    assert Style(own=True).at(clip, 10.0) == pytest.approx(clip.peak)
    halved = Style().frames(clip, 2 * SCALE)[0]
    assert np.all(halved[:8, :, 0] == 192)  # u is half of the reach: 128 + 63.5, rounded up
