"""The README's tree is the tree, and its commands are commands."""

import re
from pathlib import Path

import pytest

from cli.__main__ import commands

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("folder", ["backend", "benchmarks", "cli", "client", "contract", "worker"])
def test_the_tree_names_every_file_and_no_other(folder):
    block = re.search(rf"^{folder}/ .*\n((?:  .*\n)*)", TEXT, re.MULTILINE)
    named = {line.split()[0] for line in block[1].splitlines()}
    there = {str(path.relative_to(ROOT / folder)) for path in (ROOT / folder).rglob("[a-z_]*.py")}
    assert named == {name for name in there if not name.endswith("__init__.py")}


@pytest.mark.parametrize("file", ["README.md", *sorted(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))])
def test_every_command_in_the_texts_exists(file):
    known = {*commands(), "test"}
    used = set(re.findall(r"\./kinetoscope ([a-z][a-z-]*)", (ROOT / file).read_text()))
    assert used <= known


def test_files_that_are_linked_exist():
    for target in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (ROOT / target).exists(), target
