"""A part of the page as one HTML file that asks for nothing.

Styles and data lie in it; modules become data addresses in an import map, under names in the place of their relative
addresses, which is all that is changed in them. So the file draws with the very code of the page, from a disk too.
"""

from __future__ import annotations

import base64
import html
import json
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

IMPORT = re.compile(r"""^((?:import|export)\b[^'";=(]*)(['"])(\.{1,2}/[^'"]+)\2""", re.MULTILINE)
STYLE = re.compile(r'<link rel="stylesheet" href="/([^"]+)">')
NAME = "kinetoscope/"
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; img-src data: blob:; "
    "connect-src data:; base-uri 'none'; form-action 'none'"
)


def page(frontend: Path, entry: str, *, instead: Mapping[str, str], title: str, data: Mapping[str, Any]) -> str:
    """The file. entry: path of the module that draws into `#app`, below `frontend`; `data` is in `#given`, as JSON.

    instead: modules that stand for others here, by the others' paths.
    """
    sources = modules(frontend, entry, instead)
    imports = {NAME + path: _address("text/javascript", text.encode()) for path, text in sources.items()}
    styles = "\n".join((frontend / path).read_text() for path in STYLE.findall((frontend / "index.html").read_text()))
    icon = _address("image/svg+xml", (frontend / "icon.svg").read_bytes())
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{html.escape(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{html.escape(title)}</title>
<link rel="icon" href="{icon}">
<style>
{styles}
</style>
<script type="application/json" id="given">{_embedded(data)}</script>
<script type="importmap">{_embedded({"imports": imports})}</script>
</head>
<body>
<div id="app"></div>
<noscript>This file draws its pictures in the browser and needs JavaScript.</noscript>
<script type="module">import {_embedded(NAME + entry)};</script>
</body>
</html>
"""


def modules(frontend: Path, entry: str, instead: Mapping[str, str]) -> dict[str, str]:
    """The module and all that it imports, by path, each naming the others as the import map does."""
    found: dict[str, str] = {}
    waiting = [entry]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        source = instead.get(path, path)

        def renamed(match: re.Match[str], at: str = posixpath.dirname(source)) -> str:
            target = posixpath.normpath(posixpath.join(at, match[3]))
            waiting.append(target)
            return f"{match[1]}'{NAME}{target}'"

        found[path] = IMPORT.sub(renamed, (frontend / source).read_text())
    return dict(sorted(found.items()))


def address(file: str, data: bytes) -> str:
    """Bytes as a data address, by the ending of the file's name."""
    kind = {".webp": "image/webp", ".png": "image/png"}[Path(file).suffix]
    return _address(kind, data)


def _address(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _embedded(value: Any) -> str:
    """JSON that cannot end the element that it stands in."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
