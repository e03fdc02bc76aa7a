import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.atlas.checking import NotAnAtlas, check
from backend.atlas.manifest import Manifest
from backend.atlas.site import Site


def quiet(*_: object) -> None:
    """No progress."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    site = Site(tmp_path / "atlas")
    site.put("a/b.json", b"{}")
    site.put("c.webp", b"picture")
    site.seal(Manifest(version="1", engine="3", data=False, models=()))
    (site.folder / ".nojekyll").write_text("")
    (tmp_path / "outside.txt").write_text("secret")
    return site.folder


def lists(folder: Path, path: str, data: bytes) -> None:
    """Have the manifest list another file, truthfully."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][path] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_a_whole_atlas_is_read_through_its_manifest(folder: Path):
    atlas = check(folder, quiet)
    assert atlas.read("c.webp") == b"picture"
    assert atlas.paths("*/*.json") == ["a/b.json"]
    with pytest.raises(NotAnAtlas, match="does not hold"):
        atlas.read(".nojekyll")


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda f: (f / "manifest.json").unlink(), "has no manifest.json"),
    "no JSON": (lambda f: (f / "manifest.json").write_text("<html>"), "no manifest of an atlas"),
    "of something else": (lambda f: (f / "manifest.json").write_text('{"product": "x"}'), "no manifest of an atlas"),
    "changed": (lambda f: (f / "c.webp").write_bytes(b"Picture"), "c.webp in .* is damaged"),
    "cut short": (lambda f: (f / "c.webp").write_bytes(b"pict"), "c.webp in .* is damaged"),
    "missing": (lambda f: (f / "c.webp").unlink(), "c.webp is missing"),
    "one more": (lambda f: (f / "d.html").write_text("x"), "d.html in .* is not of this atlas"),
    "out by dots": (lambda f: lists(f, "../outside.txt", b"secret"), "no path inside it"),
    "out by dots within": (lambda f: lists(f, "a/../../outside.txt", b"secret"), "no path inside it"),
    "absolute": (lambda f: lists(f, f"{f.parent}/outside.txt", b"secret"), "no path inside it"),
    "backslashes": (lambda f: lists(f, "a\\..\\outside.txt", b"secret"), "no path inside it"),
    "the folder": (lambda f: lists(f, "", b""), "no path inside it"),
    "a linked file": (
        lambda f: (os.symlink(f.parent / "outside.txt", f / "l.txt"), lists(f, "l.txt", b"secret")),
        "link to elsewhere",
    ),
    "a linked folder": (
        lambda f: (os.symlink(f.parent, f / "up"), lists(f, "up/outside.txt", b"secret")),
        "link to elsewhere",
    ),
    "a link that is not listed": (lambda f: os.symlink(f.parent / "outside.txt", f / "l.txt"), "is not of this atlas"),
}


@pytest.mark.parametrize(("spoil", "said"), WRONG.values(), ids=WRONG)
def test_what_is_damaged_or_foreign_is_refused_in_one_line(folder: Path, spoil: Callable[[Path], object], said: str):
    spoil(folder)
    with pytest.raises(NotAnAtlas, match=said) as refusal:
        check(folder, quiet)
    assert "\n" not in refusal.value.detail


def test_an_atlas_of_a_later_format_is_refused(folder: Path):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 2}))
    with pytest.raises(NotAnAtlas, match="format 2; this version reads format 1"):
        check(folder, quiet)
