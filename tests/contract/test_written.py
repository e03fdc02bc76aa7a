import threading
from pathlib import Path

import pytest

from contract.written import write
from tests import disk


def test_a_file_and_its_folder_are_made_and_nothing_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b.json", b"first")
    write(tmp_path / "a" / "b.json", b"then")
    assert {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()} == {"b.json": b"then"}


def test_a_disk_that_is_full_leaves_what_was_there(tmp_path: Path) -> None:
    write(tmp_path / "b.json", b"first")
    with disk.full(), pytest.raises(OSError, match="File too large"):
        write(tmp_path / "b.json", b"then")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"b.json": b"first"}


def test_of_several_that_write_at_once_one_is_there_as_a_whole(tmp_path: Path) -> None:
    texts = [bytes([number]) * 100_000 for number in range(8)]
    failed = []

    def again(text: bytes) -> None:
        try:
            for _ in range(20):
                write(tmp_path / "b.json", text)
        except OSError as reason:
            failed.append(reason)

    threads = [threading.Thread(target=again, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "b.json").read_bytes() in texts
    assert failed == []
    assert len(list(tmp_path.iterdir())) == 1
