"""The real product in a real browser: what somebody does who starts it for the first time."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

ROOT = Path(__file__).parents[2]
START = 120.0
PICTURES = 300_000
"""Milliseconds that a triplet may take on a machine that is busy with other tests."""

pytestmark = pytest.mark.browser


@pytest.fixture
def product() -> Iterator[str]:
    """Address of an instance with an empty data folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="kt-") as data:
        command = [sys.executable, "-m", "cli", "run", "--no-open", "--port", str(port), "--data", data]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "KINETOSCOPE_FIRST_LOOK": "1"}
        process = subprocess.Popen(command, cwd=ROOT, env=environment)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=60)


def wait_until_ready(url: str) -> None:
    limit = time.monotonic() + START
    while time.monotonic() < limit:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"nothing answers at {url}")


def test_from_the_first_page_to_a_triplet(browser: Browser, product: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(product)
    page.locator(".card h2 a").first.click()
    page.locator("a.graph-node", has_text="conv5_fusion").click()
    page.get_by_role("link", name="Unit 3 slow motion, Not computed").click()
    page.get_by_role("button", name="Visualize", exact=True).first.click(timeout=PICTURES)
    page.wait_for_selector(".trio .preview", timeout=PICTURES)
    page.wait_for_selector(".trio figure:nth-child(3) canvas[data-ready=true]", timeout=PICTURES)
    page.wait_for_selector(".trio figure:nth-child(2) canvas[data-ready=true]", timeout=PICTURES)
    expect(page.locator(".trio canvas")).to_have_count(3)
    expect(page.locator(".reached").nth(1)).to_contain_text("px/frame")
    page.keyboard.press(".")
    page.reload()
    page.wait_for_selector(".trio figure:nth-child(2) canvas[data-ready=true]")
    page.get_by_role("link", name="Jobs").click()
    unit = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Unit 3 of conv5_fusion", exact=True))
    expect(unit.locator(".state-finished")).to_have_count(2)
    expect(page.get_by_text("First look at the demo")).to_be_visible()  # it began by itself, and went on meanwhile
    page.get_by_role("link", name="Kinetoscope").click()
    page.wait_for_selector(".specimen canvas", timeout=PICTURES)
    assert complaints == []
    context.close()
