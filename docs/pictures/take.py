"""Take the pictures of the documentation from a running Kinetoscope: `python docs/pictures/take.py [URL]`.

The units that are shown must have been computed, and the demo analysed. Needs playwright and a Chromium.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, Route, sync_playwright

HERE = Path(__file__).parent
NOTES = {
    ("conv5_fusion", 98): (["strings"], "What the score of a cello owes most to."),
    ("classes", 9): (["planted"], "The eyes move here, and nowhere else."),
}
"""Tags and words on two units."""

CLIP = hashlib.sha256(b"demo drawn-8").hexdigest()[:32]
"""Of a playing cello."""
PAGES = {
    "models": "/",
    "architecture": "/models/demo",
    "layer": "/models/demo/layers/classes",
    "unit": "/models/demo/layers/classes/units/4?frame=5",
    "class": "/models/demo/classes/2?frame=5",
    "classes": "/models/demo/classes",
    "walk": "/models/demo/walk",
    "compare": "/compare?u=demo:classes:4&u=demo:classes:5&mode=difference&frame=5",
    "pair": "/models/demo/classes/4/against/5?frame=5",
    "probe": f"/models/demo/probe?clip={CLIP}&frame=5&layer=conv5_fusion",
    "pyramid": "/models/demo/pyramid?clip=drawn-8&node=conv5_fusion:{unit}",
    "pyramids": "/pyramids?p=demo:drawn-8&p=demo:drawn-10",
    "findings": "/models/demo/findings",
    "notes": "/notes",
    "jobs": "/jobs",
    "sweep": "/jobs?sweep=demo",
    "about": "/about",
}
WINDOWS = {"": (1440, 960, "light"), "-dark": (1440, 960, "dark"), "-phone": (390, 844, "light")}
SHOWN = {"-dark": ("unit", "walk"), "-phone": ("unit", "layer")}
"""Pages that are taken in windows other than the first."""


TOURED = "localStorage.setItem('kinetoscope.tour', JSON.stringify({step: 0, over: true}))"


def nameless(route: Route) -> None:
    """Workers are named after their machine: whose that was is nobody's business."""
    answer = route.fetch()
    workers = answer.json()
    for number, worker in enumerate(workers["items"], start=1):
        worker["name"] = f"worker-{number}"
    route.fulfill(response=answer, json=workers)


def probe(base: str, page: Page) -> None:
    """Have a drawn clip shown to the network."""
    api = f"{base}/api/v1"
    page.request.post(f"{api}/clips/surveyed", data={"model": "demo", "surveyed": "drawn-8"})
    while page.request.get(f"{api}/clips/{CLIP}").json()["state"] != "ready":
        page.wait_for_timeout(500)
    page.request.post(f"{api}/models/demo/probes", data={"clip": CLIP})
    while not page.request.get(f"{api}/models/demo/probes?clip={CLIP}").json()["probe"]:
        page.wait_for_timeout(500)


def note(base: str, page: Page) -> None:
    """Say something of two units."""
    for (layer, unit), (tags, text) in NOTES.items():
        said = {"favourite": True, "tags": tags, "text": text}
        page.request.put(f"{base}/api/v1/notes/demo/{layer}/{unit}", data=said)


def pyramid(base: str, page: Page, clip: str) -> int:
    """Have the score of a drawn clip taken apart; its strongest unit of conv5_fusion."""
    address = f"{base}/api/v1/models/demo/pyramids"
    page.request.post(address, data={"clip": clip})
    while not (made := page.request.get(f"{address}?clip={clip}").json()["pyramid"]):
        page.wait_for_timeout(500)
    nodes = [node for row in made["rows"] for node in row["nodes"] if node["layer"] == "conv5_fusion"]
    return max(nodes, key=lambda node: -1e9 if node["unit"] is None else node["relevance"])["unit"]


def main(base: str) -> None:
    """Take them all."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for suffix, (width, height, theme) in WINDOWS.items():
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
            context.add_init_script(TOURED)
            context.route("**/api/v1/workers", nameless)
            page = context.new_page()
            probe(base, page)
            note(base, page)
            pyramid(base, page, "drawn-10")
            strongest = pyramid(base, page, "drawn-8")
            for name in SHOWN.get(suffix, PAGES):
                page.goto(base + PAGES[name].format(unit=strongest))
                page.wait_for_load_state("load")
                page.wait_for_timeout(4000)
                page.screenshot(path=HERE / f"{name}{suffix}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
