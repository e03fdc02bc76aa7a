"""The script at the root, with fake tools in the place of pip, uv and the virtual environment."""

from __future__ import annotations

import ast
import importlib.machinery
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "kinetoscope"


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, working on a copy of the lists."""
    loader = importlib.machinery.SourceFileLoader("bootstrap", str(SCRIPT))
    spec = importlib.util.spec_from_loader("bootstrap", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("nothing==1\n")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setenv("KINETOSCOPE_VENV", str(tmp_path / "venv"))
    return module


@pytest.fixture
def calls(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Commands that were run; the environment appears when it is asked for."""
    seen: list[list[str]] = []

    def run(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        seen.append([str(word) for word in command])
        if "venv" in command:
            python = Path(command[-1]) / "bin" / "python"
            python.parent.mkdir(parents=True)
            python.touch()
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(script.subprocess, "run", run)
    monkeypatch.setattr(script.shutil, "which", lambda _name: None)
    return seen


def test_it_needs_only_the_standard_library() -> None:
    tree = ast.parse(SCRIPT.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names
    assert SCRIPT.stat().st_mode & 0o111


def test_the_first_time_it_makes_and_installs_and_the_second_time_nothing(
    script: ModuleType, calls: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    python = script.prepare(["requirements.txt"])
    assert [command[1:3] for command in calls] == [["-m", "venv"], ["-m", "pip"]]
    assert "5.5 GB" in capsys.readouterr().out
    calls.clear()
    assert script.prepare(["requirements.txt"]) == python
    assert calls == []


def test_it_installs_again_when_the_list_has_changed(script: ModuleType, calls: list[list[str]]) -> None:
    script.prepare(["requirements.txt"])
    calls.clear()
    (script.ROOT / "requirements.txt").write_text("nothing==2\n")
    script.prepare(["requirements.txt"])
    assert [command[1:3] for command in calls] == [["-m", "pip"]]


def test_it_names_no_index_so_that_the_users_own_is_used(script: ModuleType, calls: list[list[str]]) -> None:
    script.prepare(["requirements.txt"])
    options = [word for command in calls for word in command if word.startswith("-")]
    assert not any("index" in option or "find-links" in option for option in options)
    assert "://" not in SCRIPT.read_text()


def test_uv_is_used_where_it_is(script: ModuleType, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script.shutil, "which", lambda name: "/bin/uv" if name == "uv" else None)
    script.prepare(["requirements.txt"])
    assert [command[:3] for command in calls] == [["/bin/uv", "venv", "--python"], ["/bin/uv", "pip", "install"]]


def test_an_install_that_failed_is_tried_again(
    script: ModuleType, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = script.subprocess.run

    def failing(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        done = run(command, **options)
        return subprocess.CompletedProcess(command, 1, "", "") if "pip" in command else done

    monkeypatch.setattr(script.subprocess, "run", failing)
    with pytest.raises(SystemExit, match="once more"):
        script.prepare(["requirements.txt"])
    monkeypatch.setattr(script.subprocess, "run", run)
    calls.clear()
    script.prepare(["requirements.txt"])
    assert [command[1:3] for command in calls] == [["-m", "pip"]]


def test_a_missing_venv_module_is_said_in_plain_words(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    message = "The virtual environment was not created successfully because ensurepip is not available."
    monkeypatch.setattr(
        script.subprocess, "run", lambda command, **_options: subprocess.CompletedProcess(command, 1, "", message)
    )
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        script.prepare(["requirements.txt"])


def test_an_old_python_is_told_so_before_anything_else() -> None:
    lines = SCRIPT.read_text().split("import argparse")[0]
    assert "sys.version_info < (3, 11)" in lines
    tree = ast.parse(lines, feature_version=(3, 6))
    assert tree


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    requirements = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert requirements
    assert all("==" in line and not line.startswith("-") for line in requirements)
    assert "://" not in text
