from pathlib import Path

import pytest

from backend.limits import TooFast
from backend.sign_in import GUESSES, SignIn, WrongToken, within
from backend.tokens import Tokens
from contract.settings import ROOT


@pytest.fixture
def sign_in(tmp_path: Path) -> SignIn:
    return SignIn(Tokens(tmp_path, "secret"), ROOT / "frontend")


def test_a_right_token_after_some_wrong_ones(sign_in: SignIn) -> None:
    for _ in range(int(GUESSES) - 1):
        with pytest.raises(WrongToken):
            sign_in.admit("wrong", "1.2.3.4")
    assert sign_in.admit("secret", "1.2.3.4").name == "owner"


def test_too_many_wrong_ones_shut_the_address_out_and_no_other(sign_in: SignIn) -> None:
    for _ in range(int(GUESSES)):
        with pytest.raises(WrongToken):
            sign_in.admit("wrong", "1.2.3.4")
    with pytest.raises(TooFast):
        sign_in.admit("secret", "1.2.3.4")
    assert sign_in.admit("secret", "5.6.7.8").may("admin")


@pytest.mark.parametrize("address", ["/", "/models/tiny?chi=3", "/models/a%2Fb"])
def test_places_of_this_site(address: str) -> None:
    assert within(address) == address


@pytest.mark.parametrize(
    "address",
    ["", "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:x", "models", "/x\r\nSet-Cookie: y"],
)
def test_places_elsewhere(address: str) -> None:
    assert within(address) == "/"


def test_nothing_of_the_address_becomes_markup(sign_in: SignIn) -> None:
    text = bytes(sign_in.page('/"><script>alert(1)</script>', said="<b>").body).decode()
    assert "<script>" not in text
    assert "<b>" not in text
    assert "&lt;b&gt;" in text
