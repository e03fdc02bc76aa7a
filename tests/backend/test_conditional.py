import pytest

from backend.conditional import matches


@pytest.mark.parametrize("held", ['"a"', 'W/"a"', '"b", "a"', "*"])
def test_a_version_that_the_client_has(held: str) -> None:
    assert matches(held, '"a"')


@pytest.mark.parametrize("held", [None, "", '"b"', "a", '"aa"'])
def test_a_version_that_it_does_not_have(held: str | None) -> None:
    assert not matches(held, '"a"')
