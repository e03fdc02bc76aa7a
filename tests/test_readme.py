"""The README's tree is the tree, and its commands are commands."""

import argparse
import importlib
import re
import shlex
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


TEXTS = ["README.md", *sorted(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]


def lines(file: str) -> list[str]:
    """Command lines of the fenced blocks of a text."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", (ROOT / file).read_text(), re.MULTILINE | re.DOTALL)
    whole = "\n".join(blocks).replace("\\\n", " ")
    return [line for line in whole.splitlines() if line.startswith("./kinetoscope ")]


@pytest.mark.parametrize("file", TEXTS)
def test_every_command_line_in_the_texts_is_understood(file):
    for line in lines(file):
        name, *arguments = shlex.split(line, comments=True)[1:]
        if name in ("test", "--help") or "..." in arguments:
            continue
        parser = argparse.ArgumentParser(prog=line)
        importlib.import_module(f"cli.{name.replace('-', '_')}").add_arguments(parser)
        parser.parse_args(arguments)


@pytest.mark.parametrize("file", TEXTS)
def test_files_that_are_linked_exist(file):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / file).read_text()):
        assert (ROOT / file).parent.joinpath(target).exists(), target


def test_the_index_names_every_text():
    index = (ROOT / "docs" / "README.md").read_text()
    assert [
        file for file in TEXTS[1:] if Path(file).name not in (*re.findall(r"\(([^)]+)\)", index), "README.md")
    ] == []
