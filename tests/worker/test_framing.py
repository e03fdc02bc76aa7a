import numpy as np
import pytest

from worker.framing import fit


@pytest.mark.parametrize(("height", "width"), [(32, 96), (64, 192), (16, 48)])
def test_the_middle_is_cut_out_of_a_wide_frame_whatever_its_size(height, width):
    wide = np.zeros((height, width, 3), np.uint8)
    wide[:, width // 3 : width // 3 * 2] = 200
    assert (fit(wide, 32, 32)[:, 1:-1] == 200).all()  # enlarging mixes what lies at the edge


def test_numbers_stay_what_they_are():
    field = np.full((8, 8, 2), -1.5, np.float32)
    assert fit(field, 16, 4).dtype == np.float32
    assert (fit(field, 16, 4) == -1.5).all()
