import pytest
from kinetoscope.request import chosen, failed, query_of
from kinetoscope.shapes import Model, Run

MODEL = Model("demo", "Demo", "f", class_layer="fc8", classes=("cello", "violin"))


@pytest.mark.parametrize(
    ("layer", "units", "expected"),
    [
        (None, "violin", ("fc8", [1])),
        ("fc8", ["cello", 1], ("fc8", [0, 1])),
        ("conv1", 7, ("conv1", [7])),
        ("conv1", (1, 2), ("conv1", [1, 2])),
    ],
)
def test_units_are_numbers_or_classes(layer, units, expected) -> None:
    assert chosen(MODEL, layer, units) == expected


def test_a_class_is_looked_for_where_classes_are() -> None:
    with pytest.raises(ValueError, match="no class 'cello' in conv1"):
        chosen(MODEL, "conv1", "cello")
    with pytest.raises(ValueError, match=r"no class 'harp'.*cello, violin"):
        chosen(MODEL, None, "harp")
    with pytest.raises(ValueError, match=r"no class 'violln'.*Did you mean 'violin'\?"):
        chosen(MODEL, None, "violln")
    with pytest.raises(ValueError, match="name a layer"):
        chosen(Model("plain", "", ""), None, 0)


def test_rows_are_joined_as_in_an_address() -> None:
    assert query_of({"clip": "a", "rows": [["fc7"], ["a.b", "c.d"]]}) == {"clip": "a", "rows": "fc7,a.b+c.d"}
    assert query_of({"clip": "a"}) == {"clip": "a"}


def test_a_job_without_a_result_says_why() -> None:
    with pytest.raises(RuntimeError, match="no memory"):
        failed(Run("a", "", "failed", error="no memory"))
    with pytest.raises(RuntimeError, match="it is canceled"):
        failed(Run("a", "", "canceled"))
