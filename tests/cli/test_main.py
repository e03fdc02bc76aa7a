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
