import pytest

from contract.nouns import count


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        (0, ("layer",), "0 layers"),
        (1, ("layer",), "1 layer"),
        (1200, ("layer",), "1,200 layers"),
        (1, ("class", "classes"), "1 class"),
        (2, ("class", "classes"), "2 classes"),
    ],
)
def test_one_is_singular_and_all_else_plural(number, words, said):
    assert count(number, *words) == said
