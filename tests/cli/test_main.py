import argparse
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from cli.__main__ import commands, main

ROOT = Path(__file__).parents[2]


def test_every_command_has_a_line_of_help() -> None:
    known = commands()
    assert {"run", "serve", "worker", "openapi"} <= set(known)
    assert all(line.endswith((".", ")")) for line in known.values())


def test_files_that_are_no_commands_are_none() -> None:
    assert not {"supervisor", "valkey", "address", "orphan"} & set(commands())


def test_help_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in [*commands(), "test"])


@pytest.mark.parametrize("argv", [[], ["fly"], ["run", "--prot", "8000"]])
def test_a_wrong_command_is_said(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(argv)
    assert end.value.code == 2


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([name, "--help"])
    assert end.value.code == 0
    assert f"./kinetoscope {name}" in capsys.readouterr().out


def test_it_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli", "run", "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_errors_of_the_user_are_plain_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["run", "--host", "0.0.0.0", "--data", str(tmp_path)]) == 1
    assert "KINETOSCOPE_TOKEN" in capsys.readouterr().err


def options(name: str) -> list[argparse.Action]:
    parser = argparse.ArgumentParser()
    importlib.import_module(f"cli.{name.replace('-', '_')}").add_arguments(parser)
    return [action for action in parser._actions if action.dest != "help"]


def least(actions: list[argparse.Action]) -> list[str]:
    """The fewest arguments that a command takes."""
    words: list[str] = []
    for action in actions:
        if isinstance(action, argparse._SubParsersAction):
            first, parser = next(iter(action.choices.items()))
            words += [first, *least([each for each in parser._actions if each.dest != "help"])]
        elif action.required or not action.option_strings:
            words += [*action.option_strings[:1], str(next(iter(action.choices or ["1"])))]
    return words


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_option_of_every_command_is_explained(name: str) -> None:
    assert [action.dest for action in options(name) if not action.help] == []


@pytest.mark.parametrize("name", ["list", "sweep", "verify", "bench", "chaos"])
def test_what_lists_or_measures_can_say_it_as_json(name: str) -> None:
    assert "json" in {action.dest for action in options(name)}


@pytest.mark.parametrize("name", sorted(commands()))
def test_ctrl_c_ends_every_command_with_130_and_without_a_trace(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_args: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(importlib.import_module(f"cli.{name.replace('-', '_')}"), "main", stop)
    assert main([name, *least(options(name))]) == 130
    assert "Traceback" not in capsys.readouterr().err
