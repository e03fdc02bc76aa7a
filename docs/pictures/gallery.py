"""Take the pictures of docs/gallery.md from an atlas of the demo: `python docs/pictures/gallery.py DIR`.

The atlas must hold what is shown: `./kinetoscope export atlas DIR`. Needs playwright and a Chromium.
"""

from __future__ import annotations

import io
import shutil
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
SHOWN = {
    "edges": ("layers/appearance.conv2_1/?view=appearance", ".virtual"),
    "directions": ("layers/motion.conv2_1/?view=slow", ".virtual"),
    "parts": ("layers/conv5_fusion/?view=appearance", ".virtual"),
    "parts-move": ("layers/conv5_fusion/?view=slow", ".virtual"),
    "cello": ("layers/classes/units/4/?frame=5", ".trio"),
    "brushing": ("layers/classes/units/6/?frame=5", ".trio"),
    "pair": ("classes/4/against/5/?frame=5", ".pair-sides"),
    "walk": ("walk/", ".walk"),
}
"""By name: a page of the demo, and what of it is taken."""

QUALITY = 80


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def main(folder: str) -> None:
    """Take them all."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1100, "height": 1000}, reduced_motion="reduce")
        for name, (path, part) in SHOWN.items():
            page.goto(f"http://127.0.0.1:{server.server_port}/models/demo/{path}")
            page.wait_for_selector(f"{part} canvas")
            page.wait_for_load_state("networkidle")
            picture = Image.open(io.BytesIO(page.locator(part).first.screenshot()))
            picture.convert("RGB").save(HERE / f"gallery-{name}.webp", quality=QUALITY, method=6)
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main(sys.argv[1])
