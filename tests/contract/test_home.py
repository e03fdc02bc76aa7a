import shutil
from pathlib import Path

from redis import Redis

from contract.home import HOME, Home
from tests import disk


def test_whoever_has_the_servers_folder_is_at_home(queue_server: Redis, tmp_path: Path) -> None:
    Home(tmp_path / "server", queue_server).settle()
    assert Home(tmp_path / "server", queue_server).is_here()
    assert not Home(tmp_path / "elsewhere", queue_server).is_here()


def test_nobody_is_at_home_before_the_server_said_where(queue_server: Redis, tmp_path: Path) -> None:
    assert not Home(tmp_path, queue_server).is_here()


def test_a_copy_of_the_folder_is_somewhere_else_once_the_server_starts_again(
    queue_server: Redis, tmp_path: Path
) -> None:
    Home(tmp_path / "server", queue_server).settle()
    shutil.copytree(tmp_path / "server", tmp_path / "copy")
    Home(tmp_path / "server", queue_server).settle()
    assert Home(tmp_path / "server", queue_server).is_here()
    assert not Home(tmp_path / "copy", queue_server).is_here()


def test_a_queue_that_forgot_is_told_again(queue_server: Redis, tmp_path: Path) -> None:
    home = Home(tmp_path, queue_server)
    home.settle()
    mark = queue_server.get(HOME)
    queue_server.delete(HOME)
    home.settle()
    assert queue_server.get(HOME) == mark


def test_two_servers_on_one_folder_agree(queue_server: Redis, tmp_path: Path) -> None:
    one, two = Home(tmp_path, queue_server), Home(tmp_path, queue_server)
    one.settle()
    two.settle()
    one.settle()
    assert two.is_here()


def test_a_folder_that_cannot_be_written_stops_nobody(queue_server: Redis, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    home = Home(tmp_path / "file" / "data", queue_server)
    home.settle()
    assert not home.is_here()


def test_on_a_full_disk_the_old_mark_holds_until_there_is_room(queue_server: Redis, tmp_path: Path) -> None:
    Home(tmp_path, queue_server).settle()
    before, home = queue_server.get(HOME), Home(tmp_path, queue_server)
    with disk.full():
        home.settle()
    assert queue_server.get(HOME) == before
    assert home.is_here()
    home.settle()
    assert queue_server.get(HOME) != before
