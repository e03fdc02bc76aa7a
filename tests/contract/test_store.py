from pathlib import Path

import pytest
from redis import Redis

from contract.store import PICTURE, RESULT, Files, Store
from tests.fakes import result, spec

MEDIA = {"motion.webp": b"strip", "motion-poster.webp": b"poster"}
ID = spec(1).id


@pytest.fixture
def worker(picture_server: Redis) -> Store:
    """The store as workers see it."""
    return Store(picture_server)


@pytest.fixture
def server(picture_server: Redis, tmp_path: Path) -> Store:
    return Store(picture_server, tmp_path)


def test_a_result_can_be_read_before_it_is_filed(worker: Store, server: Store) -> None:
    worker.put(result(spec(1)), MEDIA)
    assert server.has(ID)
    assert server.results([ID, spec(2).id]) == {ID: result(spec(1))}
    assert server.media(ID, "motion.webp") == b"strip"


def test_an_unfiled_result_cannot_be_evicted_and_a_filed_one_can(
    worker: Store, server: Store, picture_server: Redis
) -> None:
    worker.put(result(spec(1)), MEDIA)
    assert picture_server.ttl(PICTURE + ID) == -1
    assert server.file(ID) == result(spec(1))
    assert picture_server.ttl(PICTURE + ID) > 0


def test_a_filed_result_outlives_the_cache(worker: Store, server: Store, picture_server: Redis) -> None:
    worker.put(result(spec(1)), MEDIA)
    server.file(ID)
    picture_server.flushall()
    assert server.has(ID)
    assert server.results([ID])[ID] == result(spec(1))
    assert server.media(ID, "motion-poster.webp") == b"poster"
    assert server.filed() == [result(spec(1))]


def test_what_is_filed_is_read_without_a_cache(worker: Store, server: Store, tmp_path: Path) -> None:
    files = Files(tmp_path)
    worker.put(result(spec(1)), MEDIA)
    assert files.results([ID]) == {}
    server.file(ID)
    assert files.results([ID, spec(2).id]) == {ID: result(spec(1))}
    assert files.media(ID, "motion.webp") == b"strip"
    assert files.media(ID, RESULT) is None
    assert files.media(ID, "../motion.webp") is None


def test_filing_twice_is_harmless(worker: Store, server: Store, tmp_path: Path) -> None:
    worker.put(result(spec(1)), MEDIA)
    server.file(ID)
    server.file(ID)
    assert sorted(path.name for path in (tmp_path / ID[:2]).iterdir()) == [ID]


def test_a_result_that_is_nowhere_cannot_be_filed(server: Store) -> None:
    assert server.file(ID) is None
    assert not server.has(ID)


@pytest.mark.parametrize("file", ["../secret", "/etc/passwd", RESULT, "", ".hidden", "a/b", "motion.webp\0"])
def test_only_pictures_are_given_out(worker: Store, server: Store, tmp_path: Path, file: str) -> None:
    (tmp_path / "secret").write_text("x")
    worker.put(result(spec(1)), MEDIA)
    server.file(ID)
    assert server.media(ID, file) is None


@pytest.mark.parametrize("identity", ["..", "", "A" * 32, "0" * 31, "../" * 10])
def test_only_ids_are_looked_up(server: Store, identity: str) -> None:
    assert server.media(identity, "motion.webp") is None


def test_a_result_of_another_version_counts_as_absent(server: Store, picture_server: Redis) -> None:
    picture_server.hset(PICTURE + ID, RESULT, '{"id": "x"}')
    assert server.results([ID]) == {}


def test_previews_are_kept_for_a_while(worker: Store, server: Store) -> None:
    worker.put_previews({ID: b"now"})
    assert server.preview(ID) == b"now"
    assert server.preview(spec(2).id) is None


def test_a_full_cache_drops_copies_but_no_unfiled_result(worker: Store, server: Store, picture_server: Redis) -> None:
    large = {"motion.webp": b"x" * 2_000_000}
    worker.put(result(spec(0)), {"motion.webp": b"precious"})
    for unit in range(1, 60):
        worker.put(result(spec(unit)), large)
        server.file(spec(unit).id)
    assert worker.media(spec(0).id, "motion.webp") == b"precious"
    assert all(server.media(spec(unit).id, "motion.webp") for unit in range(1, 60))
    assert not all(worker.has(spec(unit).id) for unit in range(1, 60))


def test_a_result_that_no_longer_reads_is_no_result_and_is_replaced(picture_server: Redis, tmp_path: Path) -> None:
    store, identity = Store(picture_server, tmp_path), spec(1).id
    store.put(result(spec(1)), {"motion.webp": b"strip"})
    store.file(identity)
    picture_server.flushall()
    (path,) = tmp_path.glob("*/*/result.json")
    path.write_text(path.read_text()[:50])
    assert not store.has(identity)
    store.put(result(spec(1)), {"motion.webp": b"strip"})
    assert store.file(identity) is not None
    picture_server.flushall()
    assert store.has(identity)


def test_what_was_being_written_when_a_server_ended_is_removed(picture_server: Redis, tmp_path: Path) -> None:
    store = Store(picture_server, tmp_path)
    store.put(result(spec(1)), {"motion.webp": b"strip"})
    store.file(spec(1).id)
    (tmp_path / spec(1).id[:2] / ".draft-x").mkdir()
    store.sweep()
    assert not list(tmp_path.glob("*/.draft-*"))
    assert store.filed()


def test_a_result_of_elsewhere_is_kept_in_files_at_once(tmp_path: Path):
    store = Store(None, tmp_path)
    assert store.keep(result(spec()), {"motion.webp": b"strip"})
    assert not store.keep(result(spec()), {"motion.webp": b"another"})
    assert [each.id for each in store.filed()] == [spec().id]
    assert (tmp_path / spec().id[:2] / spec().id / "motion.webp").read_bytes() == b"strip"


def test_a_folder_is_empty_until_something_is_filed(worker: Store, server: Store) -> None:
    assert worker.is_empty()
    assert server.is_empty()
    worker.put(result(spec(1)), MEDIA)
    assert server.is_empty()
    server.file(ID)
    assert not server.is_empty()


def test_a_mark_changes_every_time(tmp_path: Path):
    store = Store(None, tmp_path / "pictures")
    assert store.marked() == ""
    store.mark()
    first = store.marked()
    store.mark()
    assert store.marked() not in ("", first)
