"""What the page asks of a browser: bytes, first paint, a grid of 4,096 units, scrolling, memory. Headless Chromium."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import large_layer
from benchmarks.first_run import START_WITHIN, Failed, Product, running, until
from benchmarks.report import Report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

UNITS = 4096
REPEATS = 5
GRID = f"/models/{large_layer.MODEL}/layers/{large_layer.LAYER}"
PLACES = ("/", f"/models/{large_layer.MODEL}", GRID, f"{GRID}/units/7", "/compare?u=large:fc6:1&u=large:fc6:2")
ROUNDS = 4
"""Rounds through PLACES: 20 page changes."""

WATCH = """(() => {
  const watch = () => {
    const all = [...document.querySelectorAll('.virtual .tile')];
    const tiles = all.filter(tile => tile.getBoundingClientRect().top < innerHeight);
    const there = tiles.length >= 12 && tiles.every(tile => tile.querySelector('canvas'));
    if (there && !window.gridAt) window.gridAt = performance.now();
    if (!window.gridAt) requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
})()"""
IN_SIGHT = """[...document.querySelectorAll('.virtual .tile')].filter(tile => {
  const box = tile.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight && tile.querySelector('canvas');
}).length >= 12"""
SCROLL = """new Promise(done => {
  const times = []; const end = performance.now() + 5000;
  const step = now => {
    times.push(now); scrollBy(0, 90);
    now < end ? requestAnimationFrame(step) : done(times.slice(1).map((t, i) => t - times[i]));
  };
  requestAnimationFrame(step);
})"""


def measure(report: Report) -> None:
    """Add every figure to `report`. Raises Failed."""
    with tempfile.TemporaryDirectory(prefix="kinetoscope-bench-") as folder:
        data = Path(folder)
        card = large_layer.plant(data, units=UNITS)
        with running(data, "--workers", "0", KINETOSCOPE_DEMO_CARD=str(card)) as product:
            until(lambda: _is_counted(product), seconds=START_WITHIN)
            _browse(product, report)


def _is_counted(product: Product) -> bool:
    """Whether the server has started, and knows the planted files."""
    if not product.answers("/readyz"):
        return False
    layers = json.loads(product.get(f"/api/v1/models/{large_layer.MODEL}/coverage"))["layers"]
    return layers[large_layer.LAYER]["fast"] == UNITS


def _browse(product: Product, report: Report) -> None:
    sync_playwright, path = _tools()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        loads = [_load(browser, product, GRID) for _ in range(REPEATS)]
        first = [_load(browser, product, "/") for _ in range(REPEATS)]
        report.add("transfer_kb", max(load["transfer_kb"] for load in loads), "kB", "<= 150")
        report.add("fcp_ms", statistics.median(load["fcp_ms"] for load in first), "ms", "<= 500")
        report.add("heading_ms", statistics.median(load["heading_ms"] for load in first), "ms")
        report.add("grid_interactive_ms", statistics.median(load["grid_ms"] for load in loads), "ms", "<= 1000")
        gaps = _scroll(browser, product)
        report.add("scroll_p95_ms", sorted(gaps)[int(0.95 * len(gaps))], "ms", "<= 50")
        report.add("scroll_max_ms", max(gaps), "ms", "<= 200")
        report.add("heap_growth", _heap_growth(browser, product), "%", "<= 10")
        report.add("foreign_requests", sum(load["foreign"] for load in (*loads, *first)), "", "<= 0")
        browser.close()


def _tools() -> tuple[Any, str]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise Failed("`bench ui` needs playwright: run ./kinetoscope test once, it sets up what tests need.") from error
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise Failed("`bench ui` needs Chromium: install it, or name it in CHROMIUM.")
    return sync_playwright, path


def _load(browser: Browser, product: Product, path: str) -> dict[str, float]:
    """Open a page in a new context with an empty cache."""
    page, session = _open(browser)
    sizes, urls = {}, {}
    session.on("Network.requestWillBeSent", lambda event: urls.update({event["requestId"]: event["request"]["url"]}))
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(product.url + path)
    page.wait_for_selector("main h1")
    heading = page.evaluate("performance.now()")
    if path == GRID:
        _until(page, "window.gridAt")
    page.wait_for_timeout(500)
    before_pictures = {name: size for name, size in sizes.items() if "/media/" not in urls.get(name, "")}
    paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    found = {
        "transfer_kb": sum(before_pictures.values()) / 1000,
        "fcp_ms": page.evaluate(paint),
        "heading_ms": heading,
        "grid_ms": page.evaluate("window.gridAt ?? 0"),
        "foreign": sum(not url.startswith((product.url, "blob:", "data:")) for url in urls.values()),
    }
    page.context.close()
    return found


def _scroll(browser: Browser, product: Product) -> list[float]:
    """Milliseconds between frames while the grid is scrolled by 90 px a frame for five seconds."""
    page, _ = _open(browser)
    page.goto(product.url + GRID)
    _until(page, "window.gridAt")
    page.wait_for_timeout(1000)
    gaps = page.evaluate(SCROLL)
    _until(page, IN_SIGHT)  # what was scrolled to is there
    page.context.close()
    return gaps


def _heap_growth(browser: Browser, product: Product) -> float:
    """Per cent by which the heap grows over page changes inside the page, after two rounds to warm up."""
    page, session = _open(browser)
    page.goto(product.url)
    page.wait_for_selector("main h1")
    for place in PLACES * 2:
        _visit(page, place)
    before = _heap(session)
    for place in PLACES * ROUNDS:
        _visit(page, place)
    growth = 100 * (_heap(session) / before - 1)
    page.context.close()
    return growth


def _visit(page: Page, place: str) -> None:
    """Follow a link, as a click does."""
    page.evaluate(
        "to => { const a = document.createElement('a'); a.href = to; document.body.append(a); a.click(); a.remove(); }",
        place,
    )
    page.wait_for_selector("main h1")
    page.wait_for_timeout(1000)


def _heap(session: CDPSession) -> float:
    session.send("HeapProfiler.enable")
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    return session.send("Runtime.getHeapUsage")["usedSize"]


def _open(browser: Browser) -> tuple[Page, CDPSession]:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    page.add_init_script(WATCH)
    return page, session


def _until(page: Page, expression: str) -> None:
    """Wait for an expression; playwright's own waiting evaluates text, which the page's policy forbids."""
    for _ in range(1000):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(20)
    raise Failed(f"did not come true: {expression}")
