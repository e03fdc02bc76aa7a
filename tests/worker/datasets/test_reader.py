import pytest

from contract.errors import ClipProblem
from tests.worker.datasets.films import film
from worker.datasets import reader
from worker.datasets.flow_images import FlowImages


@pytest.fixture
def place(tmp_path):
    film(tmp_path / "videos" / "Archery" / "v_Archery_g01_c01.mkv")
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "testlist01.txt").write_text("Archery/v_Archery_g01_c01.avi\nArchery/v_Archery_g01_c02.avi\n")
    return tmp_path


def test_a_folder_a_list_and_a_description_are_read_alike(place):
    (place / "test.toml").write_text('annotations = "lists/testlist01.txt"\nvideos = "videos"\n')
    folder, listed, described = (
        reader.find(place / name, cache=place / "flow") for name in ("videos", "lists/testlist01.txt", "test.toml")
    )
    assert folder.clips == listed.clips == described.clips
    assert (folder.name, listed.name, described.name) == ("videos", "testlist01", "test")
    assert (folder.origin, listed.origin) == ("from videos/", "of testlist01")
    assert folder.words == ""
    assert described.missing == ["v_Archery_g01_c02"]
    assert described.name_of(described.clips[0]) == "Archery/v_Archery_g01_c01.mkv"


def test_a_description_without_annotations_is_a_folder_with_flow(place):
    (place / "flow" / "u").mkdir(parents=True)
    (place / "set.toml").write_text('videos = "videos"\nflow = "flow"\n')
    found = reader.find(place / "set.toml", cache=place / "cache")
    assert [clip.label for clip in found.clips] == ["Archery"]
    assert isinstance(found.flow, FlowImages)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("videos = 3", r"videos is 3; it must be text"),
        ('vidoes = "videos"', r"no entry 'vidoes'. Did you mean videos\? Known are annotations, videos, split"),
        ("videos =\nflow = 3", r"set\.toml cannot be read as TOML.*line 1"),
        ('videos = "videos"\nflow = "farneback"', r"flow 'farneback' is neither a folder.*dis, tvl1, raft"),
        ('annotations = "videos"', r"is none that is known. Known are: UCF101's"),
        ('annotations = "gone.txt"', r"is none that is known"),
        ('annotations = "lists/testlist01.txt"\nvideos = "lists"', r"lists is not a folder with video files"),
    ],
)
def test_what_is_wrong_in_a_description_is_named(place, text, message):
    (place / "set.toml").write_text(text)
    with pytest.raises(ClipProblem, match=message):
        reader.find(place / "set.toml", cache=place / "flow")


def test_lists_that_nobody_knows_and_lists_of_other_videos_are_named(place):
    file = place / "lists" / "other.txt"
    file.write_text("\nhello world\n")
    with pytest.raises(ClipProblem, match=r"other\.txt, line 2: 'hello world': not a list of clips that is known"):
        reader.find(file, cache=place)
    file.write_text("Archery/v_Archery_g09_c09.avi\n")
    with pytest.raises(ClipProblem, match=r"None of the 1 videos that .* is below .*, the first 'v_Archery_g09_c09'"):
        reader.find(file, cache=place)
