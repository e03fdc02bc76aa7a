"""Every dependency is pinned, and docs/dependencies.md says what it is for and under which licence."""

import re
from pathlib import Path

import pytest

from requirements import lock

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "dependencies.md").read_text()
ASKED = sorted((ROOT / "requirements").glob("*.in"), key=lambda path: path.stem)
IDS = [path.stem for path in ASKED]


def lines(path: Path) -> list[str]:
    """Requirements, each with what goes on in the lines below it."""
    text = path.read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def versions(path: Path) -> set[tuple[str, str]]:
    """Names with their versions; some have one for each Python."""
    found = re.findall(r"^([\w.-]+)(?:\[\w+\])?==([\w.]+)", path.read_text(), re.MULTILINE)
    return {(name.lower(), version) for name, version in found}


@pytest.mark.parametrize("path", ASKED, ids=IDS)
def test_what_is_installed_is_what_was_asked_for_and_its_bytes_are_known(path: Path) -> None:
    installed = lock.place(path)
    assert versions(path) <= versions(installed)
    for line in lines(installed):
        requirement, *hashes = re.split(r"\s+--hash=", line)
        assert re.match(r"[\w.-]+==[\w.]+( ;|$)", requirement.strip()), f"{installed.name}: {requirement}"
        assert hashes, f"{installed.name}: {requirement} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", each) for each in hashes)


@pytest.mark.parametrize("path", ASKED, ids=IDS)
def test_the_lists_agree(path: Path) -> None:
    product = versions(lock.place(ROOT / "requirements" / "product.in"))
    names = {name for name, _ in product}
    assert {(name, version) for name, version in versions(lock.place(path)) if name in names} <= product


@pytest.mark.parametrize("path", ASKED, ids=IDS)
def test_every_one_is_pinned_and_told_of(path: Path) -> None:
    assert lines(path)
    for line in lines(path):
        ((package, pinned),) = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[\w+\])?(==[\w.]+)?", line)
        assert pinned, f"{path.name}: {line} names no version"
        assert re.search(rf"\b{re.escape(package)}\b", TEXT), f"docs/dependencies.md does not name {package}"
