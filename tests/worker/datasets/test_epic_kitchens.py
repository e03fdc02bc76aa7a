import pytest

from contract.errors import ClipProblem
from tests.worker.datasets.films import film
from worker import clips
from worker.datasets import reader

HEADER = (
    "narration_id,participant_id,video_id,narration_timestamp,start_timestamp,stop_timestamp,start_frame,stop_frame,"
    "narration,verb,verb_class,noun,noun_class,all_nouns,all_noun_classes\n"
)
ROWS = (
    "P01_01_0,P01,P01_01,00:00:01.089,00:00:00.50,00:00:01.20,8,202,open door,open,3,door,8,['door'],[8]\n"
    "P01_01_1,P01,P01_01,00:00:02.629,00:00:01.00,00:00:02.00,262,370,turn on light,turn-on,6,light,113,"
    "\"['light', 2]\",[1]\n"
)


@pytest.fixture
def kitchen(tmp_path):
    (tmp_path / "EPIC_100_train.csv").write_text(HEADER + ROWS)
    film(tmp_path / "P01" / "videos" / "P01_01.mkv", count=21)
    return tmp_path


@pytest.mark.parametrize(
    ("label", "names"),
    [("", ["open", "turn-on"]), ("noun", ["door", "light"]), ("action", ["open door", "turn-on light"])],
)
def test_segments_of_one_video_are_clips_of_their_own(kitchen, label, names):
    (kitchen / "train.toml").write_text(f'annotations = "EPIC_100_train.csv"\nlabel = "{label}"\n')
    found = reader.find(kitchen / "train.toml", cache=kitchen / "flow")
    assert [clip.label for clip in found.clips] == names
    assert [found.name_of(clip) for clip in found.clips] == [
        "P01/videos/P01_01.mkv 0.5-1.2 s",
        "P01/videos/P01_01.mkv 1-2 s",
    ]
    first = found.clips[0]
    frames, _ = clips.decode(first.path, first.start, first.end)
    assert frames[:, 0, 0, 0].tolist() == [50, 60, 70, 80, 90, 100, 110]


def test_another_label_is_refused(kitchen):
    (kitchen / "train.toml").write_text('annotations = "EPIC_100_train.csv"\nlabel = "nuon"\n')
    with pytest.raises(ClipProblem, match="label 'nuon' is not known; allowed are verb, noun, action"):
        reader.find(kitchen / "train.toml", cache=kitchen / "flow")
