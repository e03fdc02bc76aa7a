"""The files of the front end: vendored ones are what they claim; own ones are small, typed, and one knows the API."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FRONTEND = ROOT / "frontend"
VENDORED = json.loads((FRONTEND / "vendor" / "VENDORED.json").read_text())["items"]
OWN = [path for path in FRONTEND.rglob("*") if path.suffix in (".js", ".css", ".html") and "vendor" not in path.parts]


@pytest.mark.parametrize("item", VENDORED, ids=lambda item: item["file"])
def test_vendored_files_are_unchanged(item):
    file = FRONTEND / "vendor" / item["file"]
    assert hashlib.sha256(file.read_bytes()).hexdigest() == item["sha256"]
    assert (FRONTEND / "vendor" / item["licence_file"]).is_file()
    assert bool(item["changes"]) == (item["sha256"] != item["upstream_sha256"])


def test_every_vendored_file_is_listed():
    modules = {path.name for path in (FRONTEND / "vendor").glob("*.mjs")}
    assert modules == {item["file"] for item in VENDORED}


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_own_files_are_small_and_import_relative_files_only(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 300
    imported = re.findall(r"""(?:from|import)\s+['"]([^'"]+)['"]""", text) if path.suffix == ".js" else []
    assert all(name.startswith(".") and (path.parent / name).is_file() for name in imported)
    assert not re.search(r"https?://(?!www\.w3\.org)", text)


def test_one_file_knows_the_api():
    knowing = {path.name for path in OWN if re.search(r"['\"`]/api/", path.read_text())}
    assert knowing == {"api.js"}


def needed(file: Path, found: set[Path]) -> set[Path]:
    """The file and all that it imports, imports of imports included."""
    if file not in found:
        found.add(file)
        for name in re.findall(r"""^(?:import|export) [^'"]*from '([^']+)'""", file.read_text(), re.MULTILINE):
            needed((file.parent / name).resolve(), found)
    return found


def test_what_every_page_needs_is_fetched_at_once():
    modules = needed(FRONTEND / "js" / "main.js", set()) - {FRONTEND / "js" / "main.js"}
    preloaded = re.findall(r'rel="modulepreload" href="/([^"]+)"', (FRONTEND / "index.html").read_text())
    assert sorted(preloaded) == sorted(path.relative_to(FRONTEND).as_posix() for path in modules)


@pytest.mark.parametrize("view", ["layer", "unit"])
def test_what_a_view_needs_is_fetched_ahead(view):
    own = needed(FRONTEND / "js" / "views" / f"{view}.js", set()) - needed(FRONTEND / "js" / "main.js", set())
    listed = re.search(rf"{view}: \[(.*?)\]", (FRONTEND / "js" / "ahead.js").read_text(), re.DOTALL)
    assert listed
    assert re.findall(r"'([^']+)'", listed[1]) == sorted(p.relative_to(FRONTEND / "js").as_posix() for p in own)


def test_nothing_is_inline():
    page = (FRONTEND / "index.html").read_text()
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", page)


@pytest.mark.parametrize(
    "command", [("tsc", "--project", "frontend"), ("eslint", "--max-warnings", "0", "frontend")], ids=lambda c: c[0]
)
def test_types_and_style(command):
    tool = ROOT / "node_modules" / ".bin" / command[0]
    if not tool.exists():
        pytest.skip(f"{command[0]} is not installed: run npm ci")
    checked = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_eslint_refuses_what_it_should():
    tool = ROOT / "node_modules" / ".bin" / "eslint"
    if not tool.exists():
        pytest.skip("eslint is not installed: run npm ci")
    command = [tool, "--stdin", "--stdin-filename", "frontend/js/sample.js"]
    wrong = "export const a = (b) => { if (b == 1) console.log(b); };\n"
    checked = subprocess.run(command, cwd=ROOT, input=wrong, capture_output=True, text=True, check=False)
    assert checked.returncode == 1
    assert "eqeqeq" in checked.stdout
    assert "no-console" in checked.stdout
