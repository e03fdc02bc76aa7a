import numpy as np
import pytest
import torch

from worker.demo.clips import CLASSES
from worker.demo.measures import (
    adjacent_correlation,
    dc_power,
    energy_map,
    looks_upright,
    motion_energy,
    part_region,
    part_shares,
    rank_parts,
    without_camera,
)


def wave(period: float) -> torch.Tensor:
    """Motion whose frames are one picture times a sinusoid, (2, 10, 16, 16)."""
    picture = torch.randn(2, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    return picture * torch.cos(2 * torch.pi * torch.arange(10) / period)[None, :, None, None]


def test_a_still_flow_is_all_dc_and_perfectly_correlated():
    constant = wave(float("inf"))
    assert dc_power(constant) == pytest.approx(1)
    assert adjacent_correlation(constant) == pytest.approx(1)


def test_a_whole_cycle_has_no_dc_and_alternation_correlates_negatively():
    assert dc_power(wave(10)) == pytest.approx(0, abs=1e-9)
    assert adjacent_correlation(wave(2)) == pytest.approx(-1)


def test_dc_of_half_constant_half_wave_power():
    constant = torch.ones(2, 10, 4, 4)
    alternating = torch.tensor([1.0, -1.0]).repeat(5)[None, :, None, None].expand(2, 10, 4, 4)
    assert dc_power(constant + alternating) == pytest.approx(0.5)


def test_motion_energy_counts_the_region_only():
    motion = torch.zeros(2, 10, 8, 8)
    motion[0, :, 2, 3] = 2.0
    region = np.zeros((8, 8), bool)
    region[2, 3:5] = True
    assert motion_energy(motion, region) == pytest.approx(2.0)
    assert motion_energy(motion, ~region) == 0


def test_an_energy_map_is_the_mean_square_of_each_pixel():
    motion = torch.zeros(2, 4, 3, 3)
    motion[:, 1, 2, 0] = torch.tensor([3.0, 4.0])
    assert energy_map(motion)[2, 0] == pytest.approx(25 / 4)
    assert energy_map(motion).sum() == pytest.approx(25 / 4)


def test_parts_are_ranked_per_pixel_not_by_size():
    small, large = np.zeros((8, 8)), np.zeros((8, 8))
    small[0, 0], large[2:] = 0.5, 1.0
    spread = np.zeros((8, 8))
    spread[0, 0], spread[2:] = 2.0, 1.0
    assert rank_parts(spread, {"large": large, "small": small}) == ["small", "large"]
    assert rank_parts(-spread, {"large": large, "small": small}) == ["large", "small"]


def test_shares_are_shares():
    shares = part_shares(CLASSES.index("lipstick"), clips=8)
    assert {"eyes", "mouth", "skin", "hair", "tool", "hand", "nose", "brows"} <= set(shares)
    assert all(0 < share.max() <= 1 + 1e-9 for share in shares.values())
    assert shares["skin"].sum() > shares["eyes"].sum()


def test_a_moving_camera_is_taken_off_frame_by_frame_and_a_small_thing_stays():
    thing = torch.zeros(2, 10, 8, 8)
    thing[1, :, 3, 3] = 5.0
    camera = torch.randn(2, 10, 1, 1, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(without_camera(thing + camera), thing, atol=1e-5)


def test_the_eyes_are_two_places_above_the_middle():
    region = part_region("eyes", CLASSES.index("lipstick"), clips=20)
    rows, columns = np.nonzero(region)
    assert 30 < rows.mean() < 48
    assert not region[:, 48].all()
    assert (columns < 44).any()
    assert (columns > 52).any()


def test_upright_and_level_bars():
    upright = torch.zeros(3, 1, 64, 64)
    upright[:, :, 8:56, 28:36] = 80
    assert looks_upright(upright)
    assert not looks_upright(upright.transpose(2, 3))
    stripes = upright.clone()
    stripes[:, :, ::4] += 40
    assert looks_upright(stripes)
