from worker.models import place as places
from worker.models.field import Field
from worker.models.reach import Value, concatenated, join, regrid

SHAPE = (1, 4, 2, 6, 6)


def value(**changes):
    fields = {"reach": {"clip": (Field(), Field(2, -1, 1), Field(2, -1, 1))}, "feeds": ("a",),
              "place": places.lattice(SHAPE, {2: 0, 3: 1, 4: 2})}  # fmt: skip
    return Value(**{**fields, **changes})


def test_every_other_row_has_twice_the_stride():
    even = value(place=value().place[:, :, :, 1::2])
    regridded, axis_of = regrid(even)
    assert regridded.reach["clip"][1] == Field(4, 1, 3)
    assert axis_of == {2: 0, 3: 1, 4: 2}


def test_maps_of_the_same_cells_join_and_others_blur_where_they_differ():
    same = join([value(), value(feeds=("b",))], SHAPE, "add")
    assert (same.reach, same.feeds, same.join) == (value().reach, ("a", "b"), "add")
    rolled = join([value(), value(place=value().place.roll(1, 3))], SHAPE, "add")
    assert [f is None for f in rolled.reach["clip"]] == [False, True, False] or rolled.reach["clip"] == (None,) * 3


def test_a_gate_blurs_what_it_is_multiplied_with():
    gate = value(reach={"clip": (None, None, None)}, place=value().place[:, :, :1, :1, :1])
    assert join([value(), gate], SHAPE, "product").reach["clip"] == (None, None, None)


def test_maps_are_put_side_by_side():
    parts = [value().place[:, :, :, i::2, j::2] for i in range(2) for j in range(2)]
    merged = concatenated([value(place=p) for p in parts], [tuple(p.shape) for p in parts], 1, stacked=False)
    assert merged.reach["clip"][1] == Field(4, -1, 3), "the union of both rows"
    assert places.grid(merged.place).axis_of == {2: 0, 3: 1, 4: 2}


def test_a_class_token_leaves_the_fields_of_the_others():
    tokens = value(place=value().place.flatten(2).transpose(1, 2))
    merged = concatenated([None, tokens], [(1, 1, 4), (1, 72, 4)], 1, stacked=False)
    assert merged.reach == tokens.reach
    assert merged.place[0, :2, 0].tolist() == [-1, 0]
