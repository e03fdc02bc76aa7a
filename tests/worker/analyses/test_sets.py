import pytest

from contract.errors import ClipProblem, UnknownClips
from worker import clips
from worker.analyses import sets
from worker.analyses.planted import CARD

DEMO = CARD.model_copy(update={"name": "demo"})


def test_the_demo_has_a_drawn_set_and_other_models_have_none(tmp_path):
    entries, source = sets.named("drawn", DEMO, {}, cache=tmp_path)
    assert (len(entries), source) == (2 * sets.COUNT, "drawn clips, easy and hard")
    assert len(sets.drawn(DEMO, count=3)[0]) == 6
    with pytest.raises(UnknownClips):
        sets.named("drawn", CARD, {}, cache=tmp_path)


def test_a_folder_goes_by_its_name(tmp_path):
    with pytest.raises(UnknownClips, match="Did you mean own"):
        sets.named("ow", CARD, {"own": tmp_path}, cache=tmp_path)
    with pytest.raises(ClipProblem):
        sets.named("own", CARD, {"own": tmp_path / "gone"}, cache=tmp_path)


def test_a_surveyed_clip_is_found_again_and_written_as_a_film(tmp_path):
    entry = sets.drawn(DEMO)[0][3]
    found = sets.surveyed(entry.id, DEMO, {"gone": tmp_path / "gone"}, cache=tmp_path)
    assert found.name == entry.name
    assert found.write is not None
    found.write(tmp_path / "film")
    frames, rate = clips.decode(tmp_path / "film")
    assert (frames.shape, rate) == ((11, 96, 96, 3), 25)
    with pytest.raises(ClipProblem, match="clip 0123 is not known here"):
        sets.surveyed("0123", DEMO, {"gone": tmp_path / "gone"}, cache=tmp_path)
