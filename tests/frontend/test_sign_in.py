"""Signing in with a browser: the real server behind the real page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from redis import Redis

from backend.app import create_app
from backend.tokens import Tokens
from contract.settings import Settings
from contract.shelf import Shelf
from tests.backend.conftest import serving
from tests.fakes import CARD
from tests.frontend.conftest import TOURED, visiting
from tests.frontend.mock import Mock

pytestmark = pytest.mark.browser

MODEL = "Tiny"


@pytest.fixture
def token(tmp_path: Path) -> str:
    return Tokens(tmp_path).add("ann", "view")


@pytest.fixture
def address(tmp_path: Path, token: str, queue_server: Redis, picture_server: Redis) -> Iterator[str]:
    Shelf(queue_server).publish(CARD)
    settings = Settings(data=tmp_path, demo_card=tmp_path / "none.json")
    with serving(create_app(settings, queue_server=queue_server, picture_server=picture_server)) as address:
        yield address


@pytest.fixture(params=[1440, 390])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 800})
    context.add_init_script(TOURED)
    with visiting(context, Mock(), address) as visit:
        yield visit.page


def test_a_token_opens_the_page_and_signing_out_closes_it(page: Page, address: str, token: str) -> None:
    page.goto(f"{address}/jobs")
    expect(page.get_by_role("status")).to_have_text("This dashboard is shown to those who have a token for it.")
    expect(page.get_by_label("Token")).to_be_focused()
    page.get_by_label("Token").fill("a guess")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("status")).to_have_text("That is none of this server's tokens.")
    page.get_by_label("Token").fill(token)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")  # where one wanted to go
    assert page.url == f"{address}/jobs"
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Strict" for cookie in page.context.cookies())
    page.keyboard.press("?")
    expect(page.get_by_text("Signed in as ann, who may look.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Token")).to_be_visible()
    page.goto(f"{address}/jobs")
    expect(page.get_by_label("Token")).to_be_visible()


def test_an_address_with_a_token_lets_in_and_forgets_it(page: Page, address: str, token: str) -> None:
    page.goto(f"{address}/?token={token}")
    expect(page.get_by_role("link", name=MODEL).first).to_be_visible()
    assert page.url == f"{address}/"
