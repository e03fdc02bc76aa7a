import pytest

from contract.errors import ClipProblem
from tests.worker.datasets.films import film
from worker.datasets import reader

HEADER = "label,youtube_id,time_start,time_end,split\n"


def test_trimmed_and_whole_videos_are_found_and_lost_ones_counted(tmp_path):
    file = tmp_path / "val.csv"
    file.write_text(
        HEADER + "air drumming,-abc_DEF123,2,12,val\nabseiling,whole000000,1,3,val\nabseiling,lost,0,10,val\n"
    )
    film(tmp_path / "val" / "-abc_DEF123_000002_000012.mkv")
    film(tmp_path / "val" / "whole000000.mkv", count=40)
    found = reader.find(file, cache=tmp_path / "flow")
    assert [(clip.label, clip.start, clip.end) for clip in found.clips] == [
        ("air drumming", 0, None),
        ("abseiling", 1, 3),
    ]
    assert found.missing == ["lost_000000_000010"]
    assert found.words == "1 of 3 clips are not here, the first lost_000000_000010."


def test_the_test_set_has_no_labels_and_a_wrong_time_is_named(tmp_path):
    file = tmp_path / "test.csv"
    file.write_text("youtube_id,time_start,time_end\na,0,10\n")
    film(tmp_path / "a.mkv")
    assert [clip.label for clip in reader.find(file, cache=tmp_path).clips] == [None]
    file.write_text(HEADER + "x,a,0,10,val\nx,a,ten,20,val\n")
    with pytest.raises(ClipProblem, match=r"test\.csv, line 3: 'ten to 20' is not allowed here"):
        reader.find(file, cache=tmp_path)
