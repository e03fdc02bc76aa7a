"""A browser, and a mock server of its own for every test."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import (
    APIResponse,
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Route,
    expect,
    sync_playwright,
)

from tests.frontend.mock import Mock
from tests.frontend.mock_server import handler
from tests.frontend.static_server import listening

PATIENCE = 60.0
"""Seconds to wait for anything: the limit is only there to end a test that has failed."""

TOURED = "sessionStorage.newcomer ?? localStorage.setItem('kinetoscope.tour', '{\"step\": 0, \"over\": true}')"
"""The tour is over, except for a test that says it is new here."""

expect.set_options(timeout=PATIENCE * 1000)


@dataclass
class Visit:
    """A page on a mock server, and what went wrong on it."""

    page: Page
    mock: Mock
    base: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path and wait until it has a heading."""
        self.page.goto(self.base + path)
        self.page.wait_for_selector("main h1")
        return self.page

    def until(self, true: str | Callable[[], object]) -> None:
        """Wait for an expression of the page, or for what is seen from here, to come true.

        Playwright's own waiting evaluates text: the CSP forbids that.
        """
        limit = time.monotonic() + PATIENCE
        while not (self.page.evaluate(true) if isinstance(true, str) else true()):
            assert time.monotonic() < limit, f"did not come true: {true}"
            self.page.wait_for_timeout(40)

    @contextmanager
    def late(self, address: str | re.Pattern[str], method: str = "GET") -> Iterator[list[APIResponse]]:
        """What the server answers to such requests comes to the page when this ends; until then it is in the list."""
        held: list[tuple[Route, APIResponse]] = []
        answers: list[APIResponse] = []

        def hold(route: Route) -> None:
            if route.request.method != method:
                return route.fallback()
            held.append((route, route.fetch()))
            answers.append(held[-1][1])

        self.page.route(address, hold)
        yield answers
        self.until(lambda: answers)
        while held:
            route, answer = held.pop(0)
            route.fulfill(response=answer)
        self.page.unroute(address, hold)
        self.page.evaluate("fetch('/version').then((answer) => answer.text())")  # by then the page has acted

    def hear(self, message: ConsoleMessage) -> None:
        """Keep errors of the console; not answers that are errors on purpose, nor what tests do."""
        if message.type in ("error", "warning") and not re.search(
            "Failed to load resource|willReadFrequently", message.text
        ):
            self.complaints.append(message.text)

    def watch(self, request: Request) -> None:
        """Keep requests to anywhere else."""
        if request.url != self.base and not request.url.startswith((f"{self.base}/", "blob:", "data:")):
            self.foreign.append(request.url)


def chromium() -> str | None:
    """Path of a Chromium, rather of one that has no window to draw."""
    found = map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))
    return os.environ.get("CHROMIUM") or next(filter(None, found), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium here: install chromium to run the browser tests")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def options() -> dict:
    """Options of the browser window; tests override it by parametrization."""
    return {"viewport": {"width": 1440, "height": 900}}


@contextmanager
def visiting(context: BrowserContext, mock: Mock, base: str) -> Iterator[Visit]:
    """A visit, at the end of which nothing may have gone wrong. base: address that all others begin with."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    visit = Visit(page, mock, base)
    page.on("console", visit.hear)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("request", visit.watch)
    yield visit
    context.close()
    assert visit.complaints == []
    assert visit.foreign == []


@pytest.fixture
def visit(browser: Browser, options: dict) -> Iterator[Visit]:
    mock = Mock()
    context = browser.new_context(**options)
    context.add_init_script(TOURED)
    with listening(handler(mock)) as base, visiting(context, mock, base) as visit:
        yield visit
