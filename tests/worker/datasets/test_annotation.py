import pytest

from contract.errors import ClipProblem
from worker.datasets.annotation import chosen, lines, seconds, span


def test_lines_keep_their_numbers_and_lose_what_editors_leave(tmp_path):
    file = tmp_path / "list.txt"
    file.write_bytes("\ufeffone\r\n\r\n  three \n".encode())
    assert lines(file) == [(1, "one"), (3, "three")]
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ClipProblem, match=r"list\.txt cannot be read: it is not text"):
        lines(file)
    with pytest.raises(ClipProblem, match=r"gone\.txt cannot be read: No such file"):
        lines(tmp_path / "gone.txt")


@pytest.mark.parametrize(
    ("text", "value"), [("12", 12), ("1:02.5", 62.5), ("01:00:00.25", 3600.25), ("-1", None), ("1:2:3:4", None)]
)
def test_times_are_seconds(text, value):
    assert seconds(text) == value


def test_a_segment_ends_after_it_begins(tmp_path):
    assert span(tmp_path, 4, "1", "00:00:02.5") == (1, 2.5)
    with pytest.raises(ClipProblem, match="line 4: '2 to 2' is not allowed"):
        span(tmp_path, 4, "2", "2")


def test_a_choice_has_a_default_and_a_list(tmp_path):
    assert chosen("", ("verb", "noun"), entry="label", of=tmp_path) == "verb"
    with pytest.raises(ClipProblem, match="label 'nuon' is not known; allowed are verb, noun"):
        chosen("nuon", ("verb", "noun"), entry="label", of=tmp_path)
