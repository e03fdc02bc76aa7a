"""The folder of one instance, and what killed ones left."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli import valkey
from cli.run import locked
from cli.runtime import LOCK, clear, runtime_folder
from tests.conftest import alive, wait_for

ROOT = Path(__file__).parents[2]
HELD = (
    "import os, signal\nfrom cli.runtime import runtime_folder\n"
    "with runtime_folder() as folder:\n    print(folder, flush=True)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
)


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path


def killed() -> Path:
    """The folder of an instance that was killed."""
    done = subprocess.run([sys.executable, "-c", HELD], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    return Path(done.stdout.strip())


def test_a_folder_is_private_and_goes_with_its_instance(base: Path) -> None:
    with runtime_folder() as folder:
        assert folder.parent == base
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not list(base.iterdir())


def test_only_what_is_dead_and_ours_is_removed(base: Path) -> None:
    dead = killed()
    others = base / "kinetoscope-of-something-else"
    others.mkdir()
    away = base / "away"
    away.mkdir()
    (away / LOCK).touch()
    (base / "kinetoscope-link").symlink_to(away)
    results = base / "kinetoscope-data"  # a data folder may well have such a name
    (results / "pictures").mkdir(parents=True)
    with locked(results):
        pass
    assert dead.is_dir()
    with runtime_folder() as folder:
        assert not dead.exists()
        clear(base)
        assert folder.is_dir()
    assert others.is_dir()
    assert (results / "pictures").is_dir()
    assert (away / LOCK).is_file()


def test_a_server_that_was_left_is_ended(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))  # tmp_path is too long for a socket
    folder = killed()
    socket = folder / "queue.sock"
    server = subprocess.Popen(valkey.queue_server(socket=socket, folder=runtime / "left"))
    try:
        wait_for(socket.exists)
        clear(runtime)
        assert server.wait(60) == 0
        assert not alive(server.pid)
        assert not folder.exists()
    finally:
        server.kill()
        server.wait()


def test_a_folder_of_another_user_is_left(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = killed()
    monkeypatch.setattr(os, "getuid", lambda: dead.stat().st_uid + 1)
    clear(base)
    assert dead.is_dir()
