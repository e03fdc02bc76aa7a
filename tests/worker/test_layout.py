"""A map, laid out in every way that a card can name, comes back as the map."""

import re

import pytest
import torch

from worker.layout import LAYOUTS, PLAIN, by_unit, unfold

SIZES = {"N": 2, "C": 5, "T": 3, "H": 4, "W": 6}


@pytest.mark.parametrize("layout", [*PLAIN, *LAYOUTS])
def test_every_layout_comes_back_as_the_map(layout):
    there = [n for n in "NCTHW" if n in layout]
    full = torch.randn([SIZES[n] if n in there else 1 for n in "NCTHW"])
    x = full.permute(
        [*("NCTHW".index(n) for n in layout if n in "NCTHW"), *(i for i, n in enumerate("NCTHW") if n not in there)]
    )
    x = x.reshape([SIZES[n] for n in layout if n in "NCTHW"])
    place = 0
    for part in layout.replace("1+", "").replace("(", " ( ").replace(")", " ) ").split():
        if part == "(":
            start = place
        elif part == ")":
            x, place = x.flatten(start, place - 1), start + 1
        else:
            place += 1
    if "1+" in layout:
        x = torch.cat([torch.zeros_like(x[:, :1]), x], 1)
    assert torch.equal(unfold(x, layout, batch=2, cells={n: SIZES[n] for n in "THW"}), full)


def test_windows_of_a_moved_map_come_back_as_the_map():
    """Cut as Swin does it, window after window."""
    full = torch.arange(2 * 4 * 6 * 6).view(2, 1, 4, 6, 6).expand(2, 5, 4, 6, 6)
    moved = full.roll((-1, -1, -2), (2, 3, 4))
    windows = [
        moved[n, :, t : t + 2, h : h + 3, w : w + 2].flatten(1).T
        for n in range(2)
        for t in range(0, 4, 2)
        for h in range(0, 6, 3)
        for w in range(0, 6, 2)
    ]
    cells = {"T": 4, "H": 6, "W": 6}
    assert torch.equal(unfold(torch.stack(windows), "(N T H W) (2 3 2)+(1 1 2) C", batch=2, cells=cells), full)
    with pytest.raises(ValueError, match="windows"):
        unfold(torch.stack(windows), "(N T H W) (2 3 3)+(1 1 2) C", batch=2, cells=cells)


def test_an_output_that_is_laid_out_otherwise_is_refused():
    with pytest.raises(ValueError, match="N T H W C"):
        unfold(torch.zeros(2, 3, 4), "N T H W C", batch=2, cells={})
    with pytest.raises(ValueError, match="positions"):
        unfold(torch.zeros(1, 7, 4), "N (T H W) C", batch=1, cells={"T": 2, "H": 2, "W": 2})


@pytest.mark.parametrize("layout", [*LAYOUTS, "(N T H W) (2 3 2)+(1 1 2) C"])
def test_all_of_a_unit_is_found_with_tokens_that_have_no_place(layout):
    """Units are told by their number; every other dimension is 3 long."""
    shape = [SIZES["C"] if part == "C" else 3 for part in _PARTS.findall(layout)]
    axis = shape.index(SIZES["C"])
    x = torch.arange(SIZES["C"]).view([-1 if i == axis else 1 for i in range(len(shape))]).expand(shape)
    found = by_unit(x, layout)
    assert found.shape == (SIZES["C"], x.numel() // SIZES["C"])
    assert torch.equal(found[:, 0], torch.arange(SIZES["C"]))
    assert bool((found == found[:, :1]).all())


@pytest.mark.parametrize("shape", [(1, 5), (1, 5, 2, 2), (3, 5, 2, 2), (1, 5, 3, 2, 2), (1, 7, 5)])
def test_units_of_layouts_that_the_shape_tells(shape):
    assert by_unit(torch.zeros(shape), "").shape[0] == 5


_PARTS = re.compile(r"(?:[^\s(]*\([^)]*\))+|\S+")
"""One dimension of the output each."""
