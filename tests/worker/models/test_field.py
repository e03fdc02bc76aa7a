"""Receptive-field arithmetic against the published table of VGG-16."""

from worker.models.field import Field, merge

VGG = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]
TABLE = [3, 5, 10, 14, 24, 32, 40, 60, 76, 92, 132, 164, 196]


def test_vgg16_has_the_fields_of_the_table():
    field, sizes = Field(), []
    for _, convolutions in VGG:
        for _ in range(convolutions):
            field = field.slide(kernel=3, padding=1)
            sizes.append(field.size)
        field = field.slide(kernel=2, stride=2)
    assert sizes == TABLE
    assert (field.size, field.stride) == (212, 32)
    assert field.slide(kernel=7).size == 404


def test_padding_moves_the_field_and_keeps_its_size():
    assert Field().slide(kernel=3, padding=1) == Field(1, -1, 1)
    assert Field().shift(1).slide(kernel=3) == Field(1, -1, 1)


def test_dilation_widens():
    assert Field().slide(kernel=3, dilation=4).size == 9


def test_a_merge_is_the_union_and_global_wins():
    assert merge([Field(2, -1, 1), Field(2, 0, 5)]) == Field(2, -1, 5)
    assert merge([Field(2, -1, 1), None]) is None
    assert merge([Field(2, 0, 0), Field(4, 0, 0)]) is None
