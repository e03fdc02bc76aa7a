"""Every dependency is pinned, and docs/dependencies.md says what it is for and under which licence."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "dependencies.md").read_text()
LISTS = sorted(path.name for path in ROOT.glob("requirements*.txt"))


def lines(name: str) -> list[str]:
    found = (ROOT / name).read_text().splitlines()
    return [line for line in found if line.strip() and not line.startswith(("#", "-r"))]


@pytest.mark.parametrize("name", LISTS)
def test_every_one_is_pinned_and_told_of(name: str) -> None:
    assert lines(name)
    for line in lines(name):
        package, pinned, _ = re.match(r"([A-Za-z0-9_.-]+)(?:\[\w+\])?(==[\w.]+)?(.*)", line).groups()
        assert pinned, f"{name}: {line} names no version"
        assert re.search(rf"\b{re.escape(package)}\b", TEXT), f"docs/dependencies.md does not name {package}"
