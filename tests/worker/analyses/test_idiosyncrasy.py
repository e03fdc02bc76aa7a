import pytest
import torch

from worker.analyses.idiosyncrasy import class_maps


def spot(row: int, column: int, strength: float) -> torch.Tensor:
    map = torch.zeros(4, 4)
    map[row, column] = strength
    return map


def test_a_class_moves_where_its_clips_do_however_much():
    energy = torch.stack([spot(0, 0, 100.0), spot(1, 1, 1.0), spot(3, 3, 5.0)])
    first, second = class_maps(zip([2, 2, 5], energy, torch.ones(3, 4, 4), strict=True), [2, 5])
    assert (first.label, second.label) == (2, 5)
    assert first.energy[0][0] == first.energy[1][1] == 1
    assert first.energy[3][3] == 0
    assert second.energy[3][3] == 1
    assert second.saliency[2][2] == 1


def test_a_class_without_motion_has_an_empty_map():
    (found,) = class_maps([(0, torch.zeros(4, 4), torch.zeros(4, 4))], [0])
    assert max(max(row) for row in found.energy) == pytest.approx(0)
