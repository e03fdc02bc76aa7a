"""The page of every place in an atlas: the page's one frame, with addresses that hold under any folder of any host."""

from __future__ import annotations

import html
import re
from pathlib import Path

from backend.headers import POLICY

MARK = '<meta name="kinetoscope-atlas" content="1">'
NOT_PART = ("sign-in.html", "tsconfig.json", "index.html")
"""Files of the front end that an atlas has no use for, or that are written anew for every page."""


def files(frontend: Path) -> dict[str, bytes]:
    """What the pages are made of, by path."""
    found = sorted(path for path in frontend.rglob("*") if path.is_file() and not path.name.startswith("."))
    by_path = {path.relative_to(frontend).as_posix(): path for path in found}
    return {name: path.read_bytes() for name, path in by_path.items() if name not in NOT_PART}


def page(index: str, path: str, title: str) -> str:
    """The frame for the page at `path`, which is a folder ("" or "models/demo"). index: the server's."""
    up = "../" * len([part for part in path.split("/") if part]) or "./"
    relative = re.sub(r'\b(href|src)="/', rf'\1="{up}', index)
    named = re.sub(r"<title>.*?</title>", f"<title>{html.escape(title)}</title>", relative)
    return named.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n  {_policy()}\n  {MARK}')


def _policy() -> str:
    """What the server says in a header. Who may frame a page cannot be said inside it."""
    parts = [part for part in POLICY.split("; ") if not part.startswith("frame-ancestors")]
    return f'<meta http-equiv="Content-Security-Policy" content="{html.escape("; ".join(parts))}">'
