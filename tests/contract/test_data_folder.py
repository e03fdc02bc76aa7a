import json
from pathlib import Path

import pytest

from contract.data_folder import FILE, FORMAT, WrongFormat, prepare


def test_a_new_folder_is_made_in_the_present_format(tmp_path: Path) -> None:
    prepare(tmp_path / "a" / "b")
    assert json.loads((tmp_path / "a" / "b" / FILE).read_text()) == {"format": FORMAT}


def test_an_old_folder_goes_through_every_step_once_and_keeps_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("[]")
    taken = []
    steps = (lambda data: taken.append((1, data)), lambda data: taken.append((2, data)))
    prepare(tmp_path, steps=steps)
    prepare(tmp_path, steps=steps)
    assert taken == [(1, tmp_path), (2, tmp_path)]
    prepare(tmp_path, steps=(*steps, lambda data: taken.append((3, data))))
    assert [number for number, _ in taken] == [1, 2, 3]
    assert (tmp_path / "notes.json").read_text() == "[]"


def test_a_step_that_was_interrupted_is_taken_again(tmp_path: Path) -> None:
    def interrupted(data: Path) -> None:
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        prepare(tmp_path, steps=(lambda data: None, interrupted))
    taken = []
    prepare(tmp_path, steps=(lambda data: taken.append(1), lambda data: taken.append(2)))
    assert taken == [2]


def test_a_newer_folder_is_refused_in_words_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"format": 99}')
    with pytest.raises(WrongFormat, match="format 99; this version knows formats up to"):
        prepare(tmp_path)
    assert (tmp_path / FILE).read_text() == '{"format": 99}'


@pytest.mark.parametrize("text", ["", "3", "{}", '{"format": "1"}', '{"format": -1}', '{"format": true}'])
def test_a_file_that_says_nothing_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(WrongFormat, match="does not say"):
        prepare(tmp_path)
