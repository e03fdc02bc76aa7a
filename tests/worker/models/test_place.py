import torch

from worker.models import place as places


def test_a_lattice_is_a_grid_and_tells_its_coordinates():
    place = places.lattice((1, 7, 2, 3, 4), {2: 0, 3: 1, 4: 2})
    assert places.coordinate(place, 2)[0, 5, 1, 2].tolist() == [0, 1, 2, 3]
    assert places.grid(place).axis_of == {2: 0, 3: 1, 4: 2}
    assert [places.varies(place, 1, d) for d in range(5)] == [False, False, False, True, False]


def test_slices_and_transposes_are_grids_with_other_steps():
    place = places.lattice((1, 1, 6, 8, 8), {2: 0, 3: 1, 4: 2})[:, :, 1::2].permute(0, 3, 4, 2, 1)
    grid = places.grid(place)
    assert grid.axis_of == {3: 0, 1: 1, 2: 2}
    assert grid.steps == {0: (2, 1), 1: (1, 0), 2: (1, 0)}


def test_tokens_windows_shifts_and_class_tokens_are_no_grids():
    place = places.lattice((1, 1, 2, 4, 4), {2: 0, 3: 1, 4: 2})
    assert places.grid(place.flatten(2)) is None
    assert places.grid(place.roll(1, 3)) is None
    assert places.grid(place.flip(3)) is None
    assert places.grid(torch.full((1, 3), -1, dtype=torch.int32)) is None


def test_a_map_that_is_too_long_is_not_followed():
    assert places.lattice((1, 1, 5000, 1, 1), {2: 0}) is None
