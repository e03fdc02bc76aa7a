import pytest

from contract.errors import ClipProblem, UnknownClips
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
