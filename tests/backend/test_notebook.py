from __future__ import annotations

import threading

import pytest
from pydantic import ValidationError

from backend.notebook import FILE, Entry, Notebook, NotesUnreadable


def entry(unit: int = 1, **said: object) -> Entry:
    return Entry(model="tiny", layer="conv1", unit=unit, **said)  # type: ignore[arg-type]


def test_what_is_said_is_kept_and_replaced(tmp_path):
    Notebook(tmp_path).set(entry(favourite=True, tags=("hands",), text=" moves left "))
    Notebook(tmp_path).set(entry(2, text="a"))
    Notebook(tmp_path).set(entry(1, tags=("hands", "bow")))
    again = Notebook(tmp_path).entries("tiny")
    assert [(each.unit, each.favourite, each.tags) for each in again] == [(1, False, ("hands", "bow")), (2, False, ())]
    assert Notebook(tmp_path).entries("other") == []


def test_nothing_said_is_no_entry(tmp_path):
    book = Notebook(tmp_path)
    book.set(entry(text="x"))
    book.set(entry())
    assert book.entries() == []
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_many_write_at_once(tmp_path):
    book = Notebook(tmp_path)
    threads = [threading.Thread(target=book.set, args=(entry(n, favourite=True),)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.unit for each in book.entries()) == list(range(20))


def test_a_file_that_does_not_read_is_said_and_left_alone(tmp_path):
    (tmp_path / FILE).write_text("{not json")
    with pytest.raises(NotesUnreadable, match="no list of notes"):
        Notebook(tmp_path).set(entry(text="x"))
    assert (tmp_path / FILE).read_text() == "{not json"


@pytest.mark.parametrize("tags", [("a,b",), ("",), ("x" * 41,), tuple(map(str, range(21)))])
def test_tags_are_short_words(tags):
    with pytest.raises(ValidationError):
        entry(tags=tags)
