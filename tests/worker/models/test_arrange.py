import pytest

from worker.models import place as places
from worker.models.arrange import arrange

MAP = places.lattice((1, 1, 2, 3, 4), {2: 0, 3: 1, 4: 2}).expand(1, 5, 2, 3, 4)


@pytest.mark.parametrize(
    ("place", "last", "layout"),
    [
        (MAP, False, ""),
        (MAP.permute(0, 2, 3, 4, 1), True, "N T H W C"),
        (MAP.flatten(2).transpose(1, 2), True, "N (T H W) C"),
        (MAP.permute(0, 3, 4, 2, 1).flatten(1, 3), True, "N (H W T) C"),
        (MAP.transpose(1, 2).flatten(0, 1), False, ""),
        (MAP.permute(0, 2, 3, 4, 1).flatten(2, 3).flatten(0, 1), True, "(N T) (H W) C"),
    ],
)
def test_the_layout_is_read_off_the_places(place, last, layout):
    assert arrange(place, tuple(place.shape), last=last) == (layout, (5, 2, 3, 4))


def test_windows_are_found_by_their_cells():
    tall = places.lattice((1, 4, 6, 6), {1: 0, 2: 1, 3: 2})
    cut = tall.roll((-1, 0, -1), (1, 2, 3)).unflatten(3, (3, 2)).unflatten(2, (2, 3)).unflatten(1, (2, 2))
    windows = cut.permute(0, 1, 3, 5, 2, 4, 6).flatten(4).flatten(0, 3)[..., None].expand(-1, -1, 5)
    assert arrange(windows, tuple(windows.shape), last=True) == ("(N T H W) (2 3 2)+(1 0 1) C", (5, 4, 6, 6))


def test_a_slice_of_a_map_is_a_map():
    part = MAP[:, :, :, 1:, ::2]
    assert arrange(part, tuple(part.shape), last=False) == ("", (5, 2, 2, 2))


@pytest.mark.parametrize(
    ("shape", "last", "found"),
    [
        ((1, 7, 5), True, ("N (T H W) C", (5, 1, 7, 1))),
        ((128, 49, 5), True, ("(N T) (H W) C", (5, 128, 49, 1))),
        ((1, 5), True, ("", (5, 1, 1, 1))),
        ((1, 5, 2, 3, 4), False, ("", (5, 2, 3, 4))),
        ((8, 5, 2, 3, 4), False, None),
    ],
)
def test_without_places_the_units_are_still_right(shape, last, found):
    assert arrange(None, shape, last=last) == found
