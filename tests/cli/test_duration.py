import pytest

from cli.duration import words


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0.0 s"), (4.24, "4.2 s"), (61, "61 s"), (720, "12 min"), (12_600, "3.5 h")]
)
def test_the_unit_is_the_one_that_says_most(seconds, said):
    assert words(seconds) == said
