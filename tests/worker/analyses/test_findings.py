import pytest

from contract.archive import Archive
from contract.findings import OptimaFindings
from contract.pyramid import Pyramid, Tubes
from worker.analyses import findings
from worker.analyses.collection import Entry
from worker.analyses.planted import CARD, LOOK, clip, wired


@pytest.fixture
def entries():
    bright = [clip(f"bright {i}", bright=1, speed=0.1 * i, label=0) for i in range(3)]
    moving = [clip(f"moving {i}", bright=0.5, speed=0.3 * i, label=1) for i in range(3)]
    return [*bright, *moving]


def test_from_clips_to_the_archive_and_what_is_done_is_said(entries, tmp_path):
    archive, said = Archive(tmp_path, CARD.fingerprint), []
    assert archive.overview() is None
    overview = findings.analyse(
        wired(), entries, archive, source="six", progress=lambda *step: said.append(step), failed=pytest.fail
    )
    assert archive.overview() == overview
    assert (overview.source, overview.total, overview.present, overview.clips) == ("six", 6, (0, 1), (3, 3))
    assert overview.right == 4, "moving clips are bright as long as they hardly move"
    assert overview.pairs == ((0, 1),)
    assert [layer.path for layer in overview.layers] == [layer.path for layer in CARD.layers]
    assert archive.unit("top", LOOK).maximum == 1
    assert [pair.confused for pair in archive.pairs()] == [2]
    assert [each.label for each in archive.maps()] == [0, 1]
    assert ("clips", 6, 6) in said
    assert ("layers", 5, 5) in said
    clips = archive.clips()
    assert list(clips) == [entry.id for entry in entries]
    for each in clips.values():
        assert [picture.name for picture in each.streams] == ["appearance", "motion"]
        assert all(archive.media(each.id, picture.strip) for picture in each.streams)


def test_pyramids_of_all_clips_of_a_class_do_not_outlive_the_set(entries, tmp_path):
    archive = Archive(tmp_path, CARD.fingerprint)
    ends = {"label": 0, "predicted": 0, "rival": None, "score": 1.0, "bias": 0.0, "rows": (), "edges": (), "biases": ()}
    made = Pyramid(model=CARD.name, fingerprint=CARD.fingerprint, clip="class-0", **ends)
    archive.put_pyramid("a" * 32, made, Tubes(tubes=()))
    findings.analyse(wired(), entries, archive, source="six", progress=lambda *_: None, failed=pytest.fail)
    assert archive.pyramid_ids() == []


def test_the_layer_that_tells_pairs_apart_is_the_last_before_the_classes(entries, tmp_path):
    archive = Archive(tmp_path, CARD.fingerprint)
    findings.analyse(wired(), entries, archive, source="", progress=lambda *_: None, failed=pytest.fail)
    (pair,) = archive.pairs()
    assert pair.layer == "top"
    assert pair.for_first[0].unit == LOOK


def test_unlabelled_clips_give_examples_and_no_classes(tmp_path):
    archive = Archive(tmp_path, CARD.fingerprint)
    entries = [clip(f"{i}", bright=i, speed=1) for i in range(3)]
    overview = findings.analyse(wired(), entries, archive, source="", progress=lambda *_: None, failed=pytest.fail)
    assert (overview.labelled, overview.present, overview.classes) == (0, (), ())
    unit = archive.unit("top", LOOK)
    assert unit.selectivity is None
    assert unit.examples[0].clip == entries[2].id


def test_optima_are_looked_at_once_per_layer(tmp_path, monkeypatch):
    archive, looked = Archive(tmp_path, CARD.fingerprint), []

    def look_at(model, control, layer, *, count, device, done):
        looked.append(layer.path)
        done(2)
        figures = {"invariance": 0.5, "control": 0.4, "likeness": None, "likeness_control": None}
        return OptimaFindings(layer=layer.path, asked=count, units={}, **figures)

    monkeypatch.setattr(findings.optima, "look_at", look_at)
    said = []
    for _ in range(2):
        findings.look_at_optima(wired(), archive, count=2, device="cpu", progress=lambda *step: said.append(step))
    assert looked == [layer.path for layer in CARD.layers]
    assert set(archive.optima()) == set(looked)
    # of two units, under five values of chi, in two networks: one unit in `look`, which sees no motion, and in `move`
    assert said[:2] == [("optimizations", 0, 1 + 10 + 20 + 20 + 20), ("optimizations", 2, 71)]
    findings.look_at_optima(wired(), archive, count=3, device="cpu", progress=lambda *_: None)
    assert len(looked) == 2 * len(CARD.layers), "more units than before"


def test_clips_that_cannot_be_read_are_named(entries, tmp_path):
    def cut_short(_speed):
        raise OSError("cut short")

    broken = Entry(name="broken.avi", label=0, read=cut_short)
    failures = []
    overview = findings.analyse(
        wired(),
        [*entries, broken],
        Archive(tmp_path, CARD.fingerprint),
        source="",
        progress=lambda *_: None,
        failed=lambda entry, reason: failures.append(str(reason)),
    )
    assert (overview.total, overview.left_out) == (6, ("broken.avi",))
    assert failures == ["cut short"]
