import pytest

from contract.errors import ClipProblem
from worker.datasets.columns import rows


def test_rows_know_their_lines_and_quotes(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text('name,words\n\nx,"one, two"\n')
    assert list(rows(file, ["name"])) == [(3, {"name": "x", "words": "one, two"})]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"line 1: there is no column 'name'; needed are name, end"),
        ("name,start\na,b\n", r"line 1: there is no column 'end'; needed are name, end"),
        ("name,end\na,b\nc\n", r"line 3: 'c' is not allowed here; a row has 2 columns: name, end"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, text, message):
    file = tmp_path / "a.csv"
    file.write_text(text)
    with pytest.raises(ClipProblem, match=message):
        list(rows(file, ["name", "end"]))
