from pathlib import Path

import pytest

from contract.archive import Archive
from contract.errors import Unsuited
from contract.findings import SurveyedClip
from contract.pyramid import PyramidRequest, bind
from tests.worker.pyramids.networks import Chain, Known, card_of, clip
from worker.analyses.collection import Entry
from worker.models.model import Model
from worker.pyramids import pyramid

CARD = card_of(Chain(), {"conv0": 6, "conv1": 8, "conv2": 5, "head": 4})
ENTRY = Entry(name="folder/clip.mp4", label=2, read=lambda speed: clip())


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path, CARD.fingerprint)


def make(archive: Archive, **wanted):
    spec = bind(PyramidRequest.model_validate({"clip": "x", **wanted}), CARD)
    told = []
    model = Model(CARD, Chain().eval().requires_grad_(False))
    pyramid.make(model, spec, archive, Known({"x": [ENTRY]}), progress=lambda *said: told.append(said))
    made = archive.pyramid(spec.id)
    assert made is not None
    return made, told


def test_it_is_kept_under_its_id_and_its_clip_can_be_looked_at(archive: Archive) -> None:
    made, told = make(archive)
    assert (made.label, made.name, len(made.rows)) == (made.predicted, "folder/clip.mp4", 3)
    seen = archive.clip(made.clip)
    assert (seen.label, seen.predicted) == (2, made.predicted)
    assert archive.media(made.clip, seen.streams[0].strip or "")
    assert [said for said in told if said[0] == "rows"] == [("rows", 0, 3), ("rows", 1, 3), ("rows", 2, 3)]


def test_a_clip_that_was_surveyed_is_not_drawn_again(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    surveyed = SurveyedClip(id=ENTRY.id, name="as it was surveyed", label=2, predicted=0)
    archive.put_clip(surveyed, {})
    monkeypatch.setattr(pyramid, "looked_at", lambda *_, **__: pytest.fail("its pictures are there"))
    make(archive)
    assert archive.clip(ENTRY.id) == surveyed


def test_what_is_asked_for_is_made(archive: Archive) -> None:
    made, _ = make(archive, **{"class": "class 1", "rival": 3, "rows": [["conv2"], ["conv0"]], "units": 2})
    assert (made.label, made.rival, [row.layers for row in made.rows]) == (1, 3, [("conv2",), ("conv0",)])
    assert all(len(row.nodes) == 3 for row in made.rows)


def test_a_clip_that_is_taken_for_the_rival_itself_is_refused(archive: Archive) -> None:
    predicted = make(archive)[0].predicted
    with pytest.raises(Unsuited, match="is taken for"):
        make(archive, rival=predicted)


def test_of_all_clips_of_a_class_it_is_the_mean(archive: Archive) -> None:
    entries = [Entry(name=str(seed), label=1, read=lambda speed, seed=seed: clip(seed)) for seed in (0, 1)]
    spec = bind(PyramidRequest.model_validate({"clip": "class-1"}), CARD)
    model = Model(CARD, Chain().eval().requires_grad_(False))
    pyramid.make(model, spec, archive, Known({"class-1": entries}), progress=lambda *said: None)
    made = archive.pyramid(spec.id)
    assert made is not None
    assert (made.label, made.name, len(made.members)) == (1, "2 clips of class 1", 2)
    assert archive.tubes(spec.id).tubes == ()
