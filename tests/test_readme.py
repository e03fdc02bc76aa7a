"""The trees in the texts are the tree, and their commands are commands."""

import argparse
import importlib
import re
import shlex
from pathlib import Path

import pytest

from cli.__main__ import commands

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("backend", "benchmarks", "cli", "client", "contract", "worker")
EVERY_FILE = (ROOT / "docs" / "architecture.md").read_text()


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_tree_names_every_file_and_no_other(folder):
    block = re.search(rf"^{folder}/ .*\n((?:  .*\n)*)", EVERY_FILE, re.MULTILINE)
    named = {line.split()[0] for line in block[1].splitlines()}
    there = {str(path.relative_to(ROOT / folder)) for path in (ROOT / folder).rglob("[a-z_]*.py")}
    assert named == {name for name in there if not name.endswith("__init__.py")}


def test_the_short_tree_names_every_folder_and_no_other():
    block = re.search(r"^## The tree\n.*?^```\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    named, above = set(), [""]
    for line in block[1].splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        folders = re.findall(r"([a-z_/]+)/(?= )", line)
        named |= {above[depth] + name for name in folders}
        above[depth + 1 :] = [f"{above[depth]}{name}/" for name in folders[:1]]
    assert [name for name in named if not (ROOT / name).is_dir()] == []
    modules = (path.relative_to(ROOT) for root in FOLDERS for path in (ROOT / root).rglob("[a-z]*.py"))
    assert {str(path.parent) for path in modules if path.parts[0] != "client"} <= named


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
